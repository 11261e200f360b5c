#if DEBUG
global using TodoServer.DevAuthorizationServer;
using System.Net;
using System.Text.Json;
using TodoServer.Authorization;
using TodoServer.DevConnectPage;
using Microsoft.Extensions.Options;

namespace TodoServer.DevAuthorizationServer;

/// <summary>
/// An OAuth 2.1 authorization server for development: whoever sits at this machine can sign in as anyone. It keeps
/// everything in memory, answers no other machine, and is in Debug builds only.
/// </summary>
internal static class DevAuthorizationServerExtensions
{
    /// <summary>Maps it in Development, if OAuth:Issuer is an http URL of this machine with a path.</summary>
    public static void MapDevAuthorizationServer(this WebApplication app)
    {
        var oauth = app.Services.GetRequiredService<IOptions<OAuthOptions>>().Value;
        if (!app.Environment.IsDevelopment()
            || new Uri(oauth.Issuer) is not { Scheme: "http", IsLoopback: true, AbsolutePath: { Length: > 1 } path })
        {
            return;
        }

        var store = new GrantStore();
        var settings = app.Configuration.GetSection("DevAuth");
        var authorize = new AuthorizationEndpoint(oauth, store, settings.GetValue<bool>("AutoApprove"));
        var token = new TokenEndpoint(oauth, store, settings.GetValue("RefreshTokens", defaultValue: true));
        var page = app.MapGroup("").AllowAnonymous()
            .AddEndpointFilter((call, next) => GuardAsync(call, next, Page.Error));
        page.MapGet(path + "/authorize", authorize.AskAsync);
        page.MapPost(path + "/authorize", authorize.AnswerAsync);
        page.MapConnectPage(path);

        // Clients that are web pages may call these, but never the page on which a person consents.
        var open = app.MapGroup("").AllowAnonymous().RequireCors(cors => cors.AllowAnyOrigin().AllowAnyHeader())
            .AddEndpointFilter((call, next) => GuardAsync(call, next, TokenEndpoint.Error));
        open.MapGet("/.well-known/oauth-authorization-server" + path, token.Describe);
        open.MapGet("/.well-known/openid-configuration" + path, token.Describe);
        open.MapGet(path + "/.well-known/openid-configuration", token.Describe);
        open.MapGet(path + "/jwks", token.DescribeKey);
        open.MapPost(path + "/register", Client.RegisterAsync);
        open.MapPost(path + "/token", token.IssueAsync);
        open.MapPost(path + "/revoke", token.RevokeAsync);
    }

    private static async ValueTask<object?> GuardAsync(
        EndpointFilterInvocationContext call, EndpointFilterDelegate next, Func<OAuthError, IResult> answer)
    {
        var (http, headers) = (call.HttpContext, call.HttpContext.Request.Headers);
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.XFrameOptions = "DENY";
        http.Response.Headers.ContentSecurityPolicy = Page.ContentSecurityPolicy;
        http.Response.Headers["Referrer-Policy"] = "same-origin"; // With less, the Origin of the form would be null.
        try
        {
            // A proxy or tunnel on this machine makes strangers look local; the headers that it adds give it away.
            var isLocal = http.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote)
                && http.Request.Host.Host is "localhost" or "127.0.0.1" or "[::1]"
                && !headers.Keys.Any(name => name.Contains("Forwarded", StringComparison.OrdinalIgnoreCase))
                && !headers.ContainsKey("X-Original-For");
            OAuthError.ThrowIf(!isLocal, "access_denied", "This sign-in is for development on this machine only, "
                + "without a proxy or tunnel. For others, set OAuth:Issuer to a real authorization server.", 403);
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
