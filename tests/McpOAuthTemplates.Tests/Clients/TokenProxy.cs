using System.Net;
using System.Net.Http.Headers;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace McpOAuthTemplates.Tests.Clients;

/// <summary>
/// Adds a token to each request, for a client that cannot sign in. All else goes through unchanged, Host and Origin too, and
/// answers are streamed.
/// </summary>
internal sealed class TokenProxy : IAsyncDisposable
{
    private static readonly string[] s_ofConnection = ["Connection", "Keep-Alive", "Transfer-Encoding"];

    private readonly WebApplication _app;

    private TokenProxy(WebApplication app, int port)
    {
        _app = app;
        Address = new Uri($"http://localhost:{port}");
    }

    public Uri Address { get; }

    public static async Task<TokenProxy> StartAsync(ServerProcess server, string token)
    {
        var port = ServerProcess.GetFreePort();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var app = builder.Build();
        app.Run(context => ForwardAsync(context, server.Client, token));
        await app.StartAsync();
        return new TokenProxy(app, port);
    }

    public async ValueTask DisposeAsync()
    {
        // A client may still listen to a stream that never ends.
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private static async Task ForwardAsync(HttpContext context, HttpClient client, string token)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method), context.Request.Path + context.Request.QueryString);
        if (context.Request.ContentLength is not null || context.Request.Headers.TransferEncoding.Count > 0)
        {
            request.Content = new StreamContent(context.Request.Body);
        }

        foreach (var (name, value) in context.Request.Headers.Where(header => !s_ofConnection.Contains(header.Key)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string>)value))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string>)value);
            }
        }

        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var response = await client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
            context.Response.StatusCode = (int)response.StatusCode;
            foreach (var (name, value) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
                .Where(header => !s_ofConnection.Contains(header.Key)))
            {
                context.Response.Headers[name] = value.ToArray();
            }

            await context.Response.StartAsync(context.RequestAborted);
            await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone, and so has the request to the server.
        }
    }
}
