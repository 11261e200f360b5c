#if DEBUG
using System.Net;
using System.Text.Json;
using TodoServer.Authorization;
using TodoServer.Hosting;
using Microsoft.Extensions.Options;

namespace TodoServer.DevAuthorizationServer;

/// <summary>
/// An OAuth 2.1 authorization server for development: whoever sits at this machine can sign in as
/// anyone. It keeps everything in memory, answers no other machine, and is in Debug builds only.
/// </summary>
internal static class DevAuthorizationServerExtensions
{
    /// <summary>
    /// Maps it in Development, if OAuth:Issuer is an http URL of this machine with a path, or the
    /// path alone.
    /// </summary>
    public static void MapDevAuthorizationServer(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        var configuration = services.GetRequiredService<IConfiguration>();
        var path = FindPath(configuration["OAuth:Issuer"] ?? "");
        if (path is null || !services.GetRequiredService<IHostEnvironment>().IsDevelopment())
        {
            return;
        }

        // The options have the address of the server, which is known when it has started.
        var options = services.GetRequiredService<IOptions<OAuthOptions>>();
        var settings = configuration.GetSection("DevAuth");
        var store = new GrantStore();
        var people = PeopleSettings.Read(settings.GetSection("Users"));
        var authorize = new Lazy<AuthorizationEndpoint>(() => new AuthorizationEndpoint(
            options.Value, store, people, settings.GetValue<bool>("AutoApprove")));
        var token = new Lazy<TokenEndpoint>(() => new TokenEndpoint(
            options.Value, store, people, settings.GetValue("RefreshTokens", defaultValue: true)));

        var page = endpoints.MapGroup("").AllowAnonymous().ExcludeFromDescription()
            .AddEndpointFilter((call, next) => GuardAsync(call, next, Page.Error, isPage: true));
        page.MapGet(path + "/authorize", (HttpRequest http) => authorize.Value.AskAsync(http));
        page.MapPost(path + "/authorize", (HttpRequest http) => authorize.Value.AnswerAsync(http));
        DevConnectPage.ConnectPage.MapConnectPage(page, path);

        // Clients that are web pages may call these, but never the page on which a person
        // consents.
        var open = endpoints.MapGroup("").AllowAnonymous().AllowAnyOrigin().ExcludeFromDescription()
            .AddEndpointFilter((call, next) => GuardAsync(call, next, TokenEndpoint.Error, isPage: false));
        open.MapGet("/.well-known/oauth-authorization-server" + path, () => token.Value.Describe());
        open.MapGet("/.well-known/openid-configuration" + path, () => token.Value.Describe());
        open.MapGet(path + "/.well-known/openid-configuration", () => token.Value.Describe());
        open.MapGet(path + "/jwks", () => token.Value.DescribeKey());
        open.MapPost(path + "/register", Client.RegisterAsync);
        open.MapPost(path + "/token", (HttpRequest http) => token.Value.IssueAsync(http));
        open.MapPost(path + "/revoke", (HttpRequest http) => token.Value.RevokeAsync(http));
    }

    private static string? FindPath(string issuer)
    {
        if (issuer is ['/', _, ..])
        {
            return issuer.TrimEnd('/');
        }

        var isOwn = Uri.TryCreate(issuer, UriKind.Absolute, out var url)
            && url is { Scheme: "http", IsLoopback: true, AbsolutePath.Length: > 1 };
        return isOwn ? url!.AbsolutePath : null;
    }

    private static async ValueTask<object?> GuardAsync(
        EndpointFilterInvocationContext call,
        EndpointFilterDelegate next,
        Func<OAuthError, IResult> answer,
        bool isPage)
    {
        var (http, headers) = (call.HttpContext, call.HttpContext.Request.Headers);
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.XFrameOptions = "DENY";
        http.Response.Headers.ContentSecurityPolicy = Page.ContentSecurityPolicy;
        http.Response.Headers["Referrer-Policy"] = "same-origin"; // With less, the Origin of the form would be null.
        try
        {
            // A proxy or tunnel on this machine makes strangers look local; the headers that it
            // adds give it away.
            var isLocal = http.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote)
                && http.Request.Host.Host is "localhost" or "127.0.0.1" or "[::1]"
                && !headers.Keys.Any(name => name.Contains("Forwarded", StringComparison.OrdinalIgnoreCase))
                && !headers.ContainsKey("X-Original-For");
            OAuthError.ThrowIf(!isLocal, "access_denied", "This sign-in is for development on this machine only, "
                + "without a proxy or tunnel. For others, set OAuth:Issuer to a real authorization server.", 403);

            // A browser says from which page a request comes: no other page opens these.
            var self = $"{http.Request.Scheme}://{http.Request.Host}";
            var isFromOtherPage = isPage && headers.Origin.Any(origin => origin != self);
            OAuthError.ThrowIf(isFromOtherPage, "access_denied", "The request comes from another page.", 403);
            return await next(call);
        }
        catch (OAuthError error)
        {
            return answer(error);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidDataException
            or IOException or NotSupportedException or HttpRequestException or OperationCanceledException)
        {
            var code = exception is JsonException ? "invalid_client_metadata" : "invalid_request";
            return answer(new OAuthError(code, "The request, or what describes the client, cannot be read."));
        }
    }
}
#endif
