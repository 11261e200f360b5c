#if DEBUG
using System.Text;
using System.Text.Json.Nodes;
using TodoServer.Authorization;
using TodoServer.DevAuthorizationServer;
using Microsoft.AspNetCore.Authorization;
using TodoServer.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;

namespace TodoServer.DevConnectPage;

/// <summary>
/// Tells a developer how to connect clients to this server and what its tools require, and checks in the browser what
/// clients look at first. It is for this machine and in Debug builds only, as the development authorization server is.
/// </summary>
internal static partial class ConnectPage
{
    private const string Name = "todoserver";

    private static readonly string s_script = Script.ReplaceLineEndings("\n"); // As browsers hash it.

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

    private static IResult Show(
        HttpResponse response, IOptions<OAuthOptions> options, IOptions<McpServerOptions> mcp, IHostEnvironment host)
    {
        var (oauth, url) = (options.Value, options.Value.Resource);
        var origin = new Uri(url).GetLeftPart(UriPartial.Authority);
        response.Headers.ContentSecurityPolicy = Page.ContentSecurityPolicy
            + $"; form-action 'none'; script-src {Page.Hash(s_script)}; connect-src {origin}";

        var code = new JsonObject { ["name"] = Name, ["type"] = "http", ["url"] = url }.ToJsonString();
        var cursor = Encoding.UTF8.GetBytes(new JsonObject { ["url"] = url }.ToJsonString());
        var tools = (mcp.Value.ToolCollection ?? []).OrderBy(tool => tool.ProtocolTool.Name, StringComparer.Ordinal)
            .Select(tool => Tool(tool, oauth.ScopePrefix));
        return Page.Html($"Connect {Encode(host.ApplicationName)}", $$"""
            {{Snippet("The URL for clients", url)}}
            <section><h2>What clients look at first</h2>
            <ul id="checks" data-url="{{Encode(url)}}" aria-live="polite">
            <li>A call without a token is answered with 401 <output></output></li>
            <li>Exactly one challenge, which names the metadata <output></output></li>
            <li>The metadata is for this URL <output></output></li></ul></section>
            <section><h2>Connect a client</h2><p class="buttons">
            <a class="button" href="vscode:mcp/install?{{Uri.EscapeDataString(code)}}">Add to VS Code</a>
            <a class="button" href="cursor://anysphere.cursor-deeplink/mcp/install?name={{Name}}&amp;config={{
                Uri.EscapeDataString(Convert.ToBase64String(cursor))}}">Add to Cursor</a></p>
            {{Snippet("Claude Code", $"claude mcp add -t http {Name} {url}")}}
            {{Snippet("Claude Desktop: claude_desktop_config.json", $$"""
                {
                  "mcpServers": {
                    "{{Name}}": {
                      "command": "npx",
                      "args": ["-y", "mcp-remote", "{{url}}"]
                    }
                  }
                }
                """)}}
            {{Snippet("Inspector", $"npx @modelcontextprotocol/inspector --transport http --server-url {url}")}}
            </section>
            <section><h2>Tools, and the scopes that they require</h2>
            <ul class="tools">{{string.Concat(tools)}}</ul></section>
            <script type="module">{{s_script}}</script>
            """, StatusCodes.Status200OK);
    }

    private static string Snippet(string caption, string text) =>
        $"<figure><figcaption>{Encode(caption)}</figcaption><pre>{Encode(text)}</pre></figure>";

    private static string Tool(McpServerTool tool, string scopePrefix)
    {
        var scopes = tool.Metadata.OfType<IAuthorizationRequirementData>().SelectMany(data => data.GetRequirements())
            .OfType<ScopeRequirement>().SelectMany(requirement => requirement.Scopes)
            .Select(scope => scopePrefix + scope);
        var others = tool.Metadata.OfType<IAuthorizeData>().SelectMany(data => new[] { data.Roles, data.Policy });
        var all = tool.Metadata.OfType<IAllowAnonymous>().Any() ? [] : scopes.Concat(others.OfType<string>());
        var badges = all.Distinct().DefaultIfEmpty("any valid token")
            .Select(text => $"<span class=\"badge\">{Encode(text)}</span>");
        return $"""
            <li><code>{Encode(tool.ProtocolTool.Name)}</code> {string.Join(' ', badges)}
            <div class="soft">{Encode(tool.ProtocolTool.Description ?? "")}</div></li>
            """;
    }

    private static string Encode(string text) => Page.Encode(text);

    [LoggerMessage(1, LogLevel.Information, "How to connect clients, and live checks: {Url}")]
    private static partial void LogPage(ILogger logger, string url);
}
#endif
