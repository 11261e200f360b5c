#if DEBUG
using global::TodoServer.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace TodoServer.DevAuthorizationServer;

/// <summary>
/// An OAuth 2.1 authorization server for development: anyone on this machine can sign in as anyone.
/// It refuses requests from other machines, and exists only in Debug builds.
/// </summary>
internal static partial class DevAuthorizationServerExtensions
{
    // Any page can send requests here, so their cost is limited.
    private static readonly RequestSizeLimitAttribute s_smallRequests = new(64 * 1024);

    /// <summary>
    /// Maps it in Development, if OAuth:Issuer is an http URL of this machine with a path, or only
    /// the path.
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

        var section = configuration.GetSection("DevAuth");
        RefuseUnknownSettings(section);
        var options = section.Get<DevAuthOptions>() ?? new DevAuthOptions();
        var users = PeopleSettings.Read(configuration.GetSection("DevAuth:Users"));
        var server = new DevAuthServer(services, options, users);
        MapPages(endpoints, path, server);
        MapCalls(endpoints, path, server);
        if (options.AllowForwardedPorts)
        {
            LogForwardedPorts(server.CreateLogger());
        }
    }

    private static void MapPages(IEndpointRouteBuilder endpoints, string path, DevAuthServer server)
    {
        var pages = endpoints.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        pages.WithMetadata(s_smallRequests);
        pages.AddEndpointFilter(new DevAuthGuard(server.Options, isForPages: true, Page.Error));

        var authorize = path + "/authorize";
        pages.MapGet(authorize, (HttpRequest http) => server.Authorization.AskAsync(http));
        pages.MapPost(authorize, (HttpRequest http) => server.Authorization.AnswerAsync(http));
        DevConnectPage.ConnectPage.MapConnectPage(pages, path);
    }

    // Clients that are web pages may call these, but never the consent page.
    private static void MapCalls(IEndpointRouteBuilder endpoints, string path, DevAuthServer server)
    {
        var calls = endpoints.MapGroup("").AllowAnonymous().AllowAnyOrigin();
        calls.ExcludeFromDescription().WithMetadata(s_smallRequests);
        calls.AddEndpointFilter(new DevAuthGuard(server.Options, isForPages: false, TokenEndpoint.Error));

        // Clients look for the metadata in three places.
        calls.MapGet("/.well-known/oauth-authorization-server" + path, () => server.Metadata.Describe());
        calls.MapGet("/.well-known/openid-configuration" + path, () => server.Metadata.Describe());
        calls.MapGet(path + "/.well-known/openid-configuration", () => server.Metadata.Describe());

        calls.MapGet(path + "/jwks", () => server.Metadata.DescribeKey());
        calls.MapPost(path + "/register", Client.RegisterAsync);
        calls.MapPost(path + "/token", (HttpRequest http) => server.Token.IssueAsync(http));
        calls.MapPost(path + "/revoke", (HttpRequest http) => server.Token.RevokeAsync(http));
        calls.MapGet(SampleApi.OrdersPath, (HttpRequest http) => server.SampleApi.ListOrdersAsync(http));
    }

    private static void RefuseUnknownSettings(IConfigurationSection section)
    {
        var unknown = UnknownSettings.Find<DevAuthOptions>(section, ["Users"]).ToArray();
        if (unknown.Length > 0)
        {
            var problems = unknown.Select(name =>
                $"DevAuth:{name} is not a setting of the development authorization server: correct its "
                + "name or remove it.");
            throw new OptionsValidationException("DevAuth", typeof(DevAuthOptions), problems);
        }
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
        "DevAuth:AllowForwardedPorts is on: anyone who can reach the port of this server can sign in as anyone.")]
    private static partial void LogForwardedPorts(ILogger logger);
}
#endif
