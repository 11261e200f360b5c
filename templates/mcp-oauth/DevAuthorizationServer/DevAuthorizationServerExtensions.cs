using System.Net;
using McpOAuthServer.Authorization;
using Microsoft.Extensions.Options;

namespace McpOAuthServer.DevAuthorizationServer;

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
        var authorization = new AuthorizationEndpoint(oauth, store, app.Configuration.GetValue<bool>("DevAuth:AutoApprove"));
        var token = new TokenEndpoint(oauth, store, app.Configuration.GetValue("DevAuth:RefreshTokens", defaultValue: true));
        var metadata = Results.Text(token.Describe(), "application/json");

        var pages = app.MapGroup(path).AllowAnonymous().AddEndpointFilter(ForThisMachine(Page.Error));
        pages.MapGet("/authorize", authorization.AskAsync);
        pages.MapPost("/authorize", authorization.AnswerAsync);

        // Clients that are web pages may call these, but never the page on which a person consents.
        var open = app.MapGroup("").AllowAnonymous().AddEndpointFilter(ForThisMachine(error => error.ToJson()))
            .RequireCors(cors => cors.AllowAnyOrigin().AllowAnyHeader().WithMethods("GET", "POST"));
        open.MapGet("/.well-known/oauth-authorization-server" + path, () => metadata);
        open.MapGet("/.well-known/openid-configuration" + path, () => metadata);
        open.MapGet(path + "/.well-known/openid-configuration", () => metadata);
        open.MapGet(path + "/jwks", () => Results.Text(token.DescribeKey(), "application/json"));
        open.MapPost(path + "/register", Client.RegisterAsync);
        open.MapPost(path + "/token", token.IssueAsync);
        open.MapPost(path + "/revoke", token.RevokeAsync);
    }

    private static Func<EndpointFilterInvocationContext, EndpointFilterDelegate, ValueTask<object?>> ForThisMachine(
        Func<OAuthError, IResult> answer) => async (context, next) =>
    {
        // A proxy or tunnel on this machine makes strangers look local; the headers that it adds give it away.
        string[] proxyHeaders = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-For"];
        var http = context.HttpContext;
        http.Response.Headers.CacheControl = "no-store";
        try
        {
            OAuthError.ThrowIf(http.Connection.RemoteIpAddress is not { } remote || !IPAddress.IsLoopback(remote)
                || http.Request.Host.Host is not ("localhost" or "127.0.0.1" or "[::1]")
                || proxyHeaders.Any(http.Request.Headers.ContainsKey), "access_denied", "This sign-in is for development on "
                + "this machine only, without a proxy. For others, set OAuth:Issuer to a real authorization server.", 403);
            return await next(context);
        }
        catch (OAuthError error)
        {
            return answer(error);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or NotSupportedException)
        {
            return answer(new("invalid_request", "The form cannot be read."));
        }
    };
}
