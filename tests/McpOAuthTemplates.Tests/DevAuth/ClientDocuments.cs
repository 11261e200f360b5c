using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace McpOAuthTemplates.Tests.DevAuth;

/// <summary>A web server with Client ID Metadata Documents: a good one, and one for each rule that can be broken.</summary>
internal sealed class ClientDocuments(WebApplication app, Uri address) : IAsyncDisposable
{
    private const string Redirects = """ "redirect_uris": ["http://127.0.0.1:4711/callback"] """;

    public ConcurrentBag<string> Requests { get; } = [];

    /// <summary>Starts it for HTTPS if there is a certificate: clients allow no other scheme, the server does.</summary>
    public static async Task<ClientDocuments> StartAsync(X509Certificate2? certificate = null)
    {
        var port = ServerProcess.GetFreePort();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        var documents = new ClientDocuments(
            builder.Build(), new Uri($"{(certificate is null ? "http" : "https")}://localhost:{port}"));
        await documents.RunAsync();
        return documents;
    }

    public string Url(string name) => new Uri(address, name).AbsoluteUri;

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private Task RunAsync()
    {
        app.Use((context, next) =>
        {
            Requests.Add(context.Request.Path);
            return next(context);
        });
        Map("good", $$"""{ "client_id": "{{Url("good")}}", "client_name": "Documented client", {{Redirects}} }""");
        Map("followed", $$"""{ "client_id": "{{Url("redirect")}}", {{Redirects}} }""");
        app.MapGet("/redirect", () => Results.Redirect("/followed"));
        Map("other-id", $$"""{ "client_id": "{{Url("good")}}", {{Redirects}} }""");
        Map("too-large", $$"""{ "client_id": "{{Url("too-large")}}", "client_name": "{{new string('a', 9000)}}", {{Redirects}} }""");
        Map("html", $$"""{ "client_id": "{{Url("html")}}", {{Redirects}} }""", "text/html");
        Map("shared-secret", $$"""{ "client_id": "{{Url("shared-secret")}}", "token_endpoint_auth_method": "client_secret_post", {{Redirects}} }""");
        Map("foreign-redirect-uri", $$"""{ "client_id": "{{Url("foreign-redirect-uri")}}", "redirect_uris": ["http://evil.contoso.com/cb"] }""");
        Map("not-json", "hello");
        return app.StartAsync();
    }

    private void Map(string name, string json, string type = "application/json") => app.MapGet("/" + name, () => Results.Text(json, type));
}
