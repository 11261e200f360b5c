using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace McpOAuthTemplates.Tests.Verify;

/// <summary>A protected MCP server with sessions that does everything right, but for what a test changes.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private bool _isReady;

    private FakeServer(TestIssuer issuer, X509Certificate2? certificate)
    {
        var port = ServerProcess.GetFreePort();
        Origin = $"{(certificate is null ? "http" : "https")}://localhost:{port}";
        Metadata = new()
        {
            ["resource"] = Url,
            ["authorization_servers"] = new JsonArray(issuer.Issuer),
            ["scopes_supported"] = new JsonArray("read"),
        };
        Challenge = $"Bearer resource_metadata=\"{Origin}/.well-known/oauth-protected-resource/mcp\", scope=\"read\"";
        Refuse = response => response.Headers.WWWAuthenticate = Challenge;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                if (certificate is not null)
                {
                    listen.UseHttps(certificate);
                }
            });
        });
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    public string Origin { get; }

    public string Url => Origin + "/mcp";

    /// <summary>The challenge of a 401, unless a test changes how it is sent.</summary>
    public string Challenge { get; set; }

    /// <summary>Adds to a 401 what tells the client how to go on.</summary>
    public Action<HttpResponse> Refuse { get; set; }

    /// <summary>Answers all requests to the MCP endpoint, if it is there.</summary>
    public Func<HttpContext, Task>? Endpoint { get; set; }

    public JsonObject Metadata { get; }

    /// <summary>The tokens that are good here.</summary>
    public HashSet<string> Tokens { get; } = [];

    public ConcurrentQueue<(string Path, string Authorization)> Requests { get; } = [];

    public static async Task<FakeServer> StartAsync(TestIssuer issuer, X509Certificate2? certificate = null)
    {
        var server = new FakeServer(issuer, certificate);
        await server._app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>Writes events, with these messages.</summary>
    public static async Task AnswerAsync(HttpContext context, params string[] messages)
    {
        context.Response.ContentType = "text/event-stream";
        foreach (var message in messages)
        {
            await context.Response.WriteAsync($"event: message\ndata: {message}\n\n");
        }
    }

    private Task HandleAsync(HttpContext context)
    {
        var token = context.Request.Headers.Authorization.ToString();
        Requests.Enqueue((context.Request.Path, token));
        switch (context.Request.Path.Value)
        {
            case "/mcp" when Endpoint is not null:
                return Endpoint(context);
            case "/mcp" when token is ['B', 'e', 'a', 'r', 'e', 'r', ' ', .. var value] && Tokens.Contains(value):
                return CallAsync(context);
            case "/mcp":
                context.Response.StatusCode = 401;
                Refuse(context.Response);
                return Task.CompletedTask;
            case "/.well-known/oauth-protected-resource/mcp":
                return context.Response.WriteAsync(Metadata.ToJsonString());
            default:
                context.Response.StatusCode = 404;
                return Task.CompletedTask;
        }
    }

    // As strict as the protocol allows: it wants the session, the revision and the word that the client is ready.
    private async Task CallAsync(HttpContext context)
    {
        var message = (await JsonNode.ParseAsync(context.Request.Body))!;
        var headers = context.Request.Headers;
        var isInSession = headers["Mcp-Session-Id"] == "session" && headers["MCP-Protocol-Version"] == "2025-06-18";
        switch ((string?)message["method"])
        {
            case "initialize":
                context.Response.Headers["Mcp-Session-Id"] = "session";
                await AnswerAsync(context, """{ "jsonrpc": "2.0", "id": 1, "result": { "protocolVersion": "2025-06-18" } }""");
                break;
            case "notifications/initialized" when isInSession:
                context.Response.StatusCode = 202;
                _isReady = true;
                break;
            case "tools/list" when isInSession && _isReady:
                await AnswerAsync(
                    context,
                    """{ "jsonrpc": "2.0", "method": "notifications/message" }""",
                    """{ "jsonrpc": "2.0", "id": 1, "result": { "tools": [{ "name": "echo" }] } }""");

                // Nothing ends the stream: a client that waits for its end would wait for ever.
                await context.Response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                break;
            default:
                context.Response.StatusCode = 400;
                break;
        }
    }
}
