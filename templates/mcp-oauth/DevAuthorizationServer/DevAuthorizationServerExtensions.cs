#if DEBUG
using McpOAuthServer.Authorization;
using McpOAuthServer.DevConnectPage;
using McpOAuthServer.Hosting;
using Microsoft.Extensions.Options;

namespace McpOAuthServer.DevAuthorizationServer;

/// <summary>
/// An OAuth 2.1 authorization server for development: whoever sits at this machine can sign in as
/// anyone. It answers no other machine, and is in Debug builds only.
/// </summary>
internal static partial class DevAuthorizationServerExtensions
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

        var options = configuration.GetSection("DevAuth").Get<DevAuthOptions>() ?? new DevAuthOptions();
        var server = new Lazy<DevAuthEndpoints>(
            () => new DevAuthEndpoints(services, options), LazyThreadSafetyMode.PublicationOnly);
        MapPages(endpoints, path, options, server);
        MapCalls(endpoints, path, options, server);
        if (options.AllowForwardedPorts)
        {
            LogForwardedPorts(DevAuthEndpoints.CreateLogger(services));
        }
    }

    private static void MapPages(
        IEndpointRouteBuilder endpoints,
        string path,
        DevAuthOptions options,
        Lazy<DevAuthEndpoints> server)
    {
        var pages = endpoints.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        pages.AddEndpointFilter(new DevAuthGuard(options, isForPages: true, Page.Error));
        pages.MapGet(path + "/authorize", (HttpRequest http) => server.Value.Authorization.AskAsync(http));
        pages.MapPost(path + "/authorize", (HttpRequest http) => server.Value.Authorization.AnswerAsync(http));
        pages.MapConnectPage(path);
    }

    // Clients that are web pages may call these, but never the page on which a person consents.
    private static void MapCalls(
        IEndpointRouteBuilder endpoints,
        string path,
        DevAuthOptions options,
        Lazy<DevAuthEndpoints> server)
    {
        var calls = endpoints.MapGroup("").AllowAnonymous().AllowAnyOrigin().ExcludeFromDescription();
        calls.AddEndpointFilter(new DevAuthGuard(options, isForPages: false, TokenEndpoint.Error));
        calls.MapGet("/.well-known/oauth-authorization-server" + path, () => server.Value.Metadata.Describe());
        calls.MapGet("/.well-known/openid-configuration" + path, () => server.Value.Metadata.Describe());
        calls.MapGet(path + "/.well-known/openid-configuration", () => server.Value.Metadata.Describe());
        calls.MapGet(path + "/jwks", () => server.Value.Metadata.DescribeKey());
        calls.MapPost(path + "/register", Client.RegisterAsync);
        calls.MapPost(path + "/token", (HttpRequest http) => server.Value.Token.IssueAsync(http));
        calls.MapPost(path + "/revoke", (HttpRequest http) => server.Value.Token.RevokeAsync(http));
    }

    private static string? FindPath(string issuer)
    {
        if (issuer is ['/', _, ..])
        {
            return issuer.TrimEnd('/');
        }

        var isOwn = Uri.TryCreate(issuer, UriKind.Absolute, out var url)
            && url is { Scheme: "http", IsLoopback: true, AbsolutePath.Length: > 1 };
        if (!isOwn)
        {
            return null;
        }

        return url!.AbsolutePath;
    }

    [LoggerMessage(
        1, LogLevel.Warning,
        "DevAuth:AllowForwardedPorts is on: whoever reaches the port of this server can sign in as anyone.")]
    private static partial void LogForwardedPorts(ILogger logger);
}
#endif
