#if DEBUG
using global::TodoServer.Authorization;
using global::TodoServer.DevAuthorizationServer;
using global::TodoServer.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;

namespace TodoServer.DevConnectPage;

/// <summary>
/// Shows how to connect clients to this server, checks what clients read first, and is a client: it
/// signs in and calls tools. Like the development authorization server, it is only for this machine
/// and only in Debug builds.
/// </summary>
internal static partial class ConnectPage
{
    private static readonly string s_script = JoinScripts();

    /// <summary>Maps it below the path of the issuer.</summary>
    public static void MapConnectPage(this IEndpointRouteBuilder endpoints, string path)
    {
        endpoints.MapGet(path + "/connect", Show);
        endpoints.MapGet("/", Show).WithOrder(int.MaxValue).WithMetadata(YieldsToApp.Instance);

        var services = endpoints.ServiceProvider;
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ConnectPage));
        var options = services.GetRequiredService<IOptions<OAuthOptions>>();
        services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(() =>
        {
            if (!StartupCheck.IsRunByTool(services.GetRequiredService<IServer>()))
            {
                LogPage(logger, options.Value.Issuer + "/connect");
            }
        });
    }

    private static Page Show(
        IOptions<OAuthOptions> options, IOptions<McpServerOptions> mcp, IHostEnvironment host)
    {
        var oauth = options.Value;
        var page = new Uri(oauth.Issuer + "/connect");
        var name = Page.Encode(host.ApplicationName);
        return Page.Create($"Connect {name}", $"""
            {ClientList.Create(oauth.Resource)}
            <section><h2>Checks</h2>
            <ul id="checks" data-url="{Page.Encode(oauth.Resource)}" aria-live="polite">
            <li>A call without a token is answered with 401 <output></output></li>
            <li>Exactly one challenge, which names the metadata <output></output></li>
            <li>The metadata is for this URL <output></output></li></ul></section>
            <section id="try" data-page="{Page.Encode(page.AbsolutePath)}"><h2>Try it</h2>
            <p id="state" role="status">This page is also a client: it signs in, and calls what you choose.</p>
            <button id="sign-in" class="button">Sign in</button></section>
            {PrimitiveList.Create(mcp.Value, oauth.ScopePrefix)}
            <script type="module">{s_script}</script>
            """, alsoAllowed: CreatePolicy(oauth));
    }

    private static string CreatePolicy(OAuthOptions oauth)
    {
        string[] urls = [oauth.Resource, oauth.Issuer];
        var origins = urls.Select(url => new Uri(url).GetLeftPart(UriPartial.Authority)).Distinct();
        return $"; form-action 'none'; script-src {Page.Hash(s_script)}; "
            + $"connect-src {string.Join(' ', origins)}";
    }

    private static string JoinScripts()
    {
        string[] scripts = [ElementScript, CheckScript, SignInScript, CallScript, FormScript, TryScript];
        return string.Join("\n\n", scripts).ReplaceLineEndings("\n"); // As browsers hash it.
    }

    [LoggerMessage(
        1, LogLevel.Information, "To connect clients, and to sign in and call a tool in the browser: {Url}")]
    private static partial void LogPage(ILogger logger, string url);
}
#endif
