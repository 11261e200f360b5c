using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AngleSharp.Dom;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.DevAuth;

/// <summary>What the connect page says. What it does is shown in a real browser, by the tests in Pages.</summary>
public sealed class ConnectPageTests(DevAuthorizationServerTests.Fixture fixture)
    : IClassFixture<DevAuthorizationServerTests.Fixture>
{
    private string Resource => new Uri(fixture.Server.Address, "mcp").AbsoluteUri;

    [Fact]
    public async Task Links_and_commands_connect_clients_to_this_server()
    {
        var page = await OpenAsync("/");
        var links = page.Document.QuerySelectorAll("a").Select(link => link.GetAttribute("href")!).ToArray();
        var snippets = page.Document.QuerySelectorAll("figure").ToDictionary(
            figure => figure.QuerySelector("figcaption")!.TextContent, figure => figure.QuerySelector("pre")!.TextContent);

        var code = Assert.Single(links, link => link.StartsWith("vscode:mcp/install?", StringComparison.Ordinal));
        AssertJson(
            $$"""{"name":"todoserver","type":"http","url":"{{Resource}}"}""", Uri.UnescapeDataString(code["vscode:mcp/install?".Length..]));
        var cursor = Assert.Single(links, link => link.StartsWith("cursor:", StringComparison.Ordinal));
        var query = System.Web.HttpUtility.ParseQueryString(new Uri(cursor).Query);
        Assert.Equal("cursor://anysphere.cursor-deeplink/mcp/install", cursor.Split('?')[0]);
        Assert.Equal("todoserver", query["name"]);
        AssertJson($$"""{"url":"{{Resource}}"}""", Encoding.UTF8.GetString(Convert.FromBase64String(query["config"]!)));
        Assert.Equal(2, links.Length);

        Assert.Equal(Resource, snippets["The URL for clients"]);
        Assert.Equal($"claude mcp add -t http todoserver {Resource}", snippets["Claude Code"]);
        AssertJson(
            $$"""{ "mcpServers": { "todoserver": { "command": "npx", "args": ["-y", "mcp-remote", "{{Resource}}"] } } }""",
            snippets["Claude Desktop: claude_desktop_config.json"]);
        Assert.Equal($"npx @modelcontextprotocol/inspector --transport http --server-url {Resource}", snippets["Inspector"]);
    }

    [Fact]
    public async Task Each_tool_is_there_with_its_scopes()
    {
        var page = await OpenAsync("/dev-auth/connect");

        Assert.Equal(
            ["add_todo todo:write", "complete_todo todo:write", "list_todos todo:read", "whoami any valid token"],
            page.Document.QuerySelectorAll("ul.tools li").Select(tool => string.Join(' ', tool.QuerySelectorAll("code, .badge").Select(e => e.TextContent))));
    }

    [Fact]
    public async Task Each_scope_is_there_with_its_description()
    {
        var page = await OpenAsync("/");

        Assert.Equal(
            ["todo:read See your todos.", "todo:write Add todos and complete them."],
            page.Document.QuerySelectorAll("ul.scopes li").Select(scope => string.Join(' ', scope.Children.Select(e => e.TextContent))));
    }

    [Fact]
    public async Task The_first_lines_of_the_log_name_the_URL_the_page_and_a_command_that_proves_it()
    {
        string[] expected =
        [
            $"MCP endpoint: {Resource}.",
            $"dotnet verify.cs --login {Resource}",
            $"To connect clients, and to sign in and call a tool in the browser: {new Uri(fixture.Server.Address, "dev-auth/connect")}",
        ];
        await Poll.UntilAsync(() => Task.FromResult(expected.All(line => fixture.Server.Output.Contains(line, StringComparison.Ordinal))));

        // Nothing but what the host of ASP.NET Core says of itself comes before.
        var sources = fixture.Server.Output.Split('\n').Where(line => line.StartsWith("info: ", StringComparison.Ordinal)).Select(line => line[6..]);
        var own = sources.SkipWhile(source => source.StartsWith("Microsoft.Hosting.", StringComparison.Ordinal)).Take(3);
        Assert.Equal(
            ["TodoServer.Hosting.ConnectionHint[1]", "TodoServer.Hosting.ConnectionHint[4]", "TodoServer.DevConnectPage.ConnectPage[1]"],
            own.Select(source => source.Trim()));
    }

    [Fact]
    public async Task Nothing_from_elsewhere_can_run_in_it_or_frame_it()
    {
        var page = await OpenAsync("/");
        var policy = Assert.Single(page.Response.Headers.GetValues("Content-Security-Policy")).Split(';', StringSplitOptions.TrimEntries);

        Assert.Equal("DENY", Assert.Single(page.Response.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("no-store", page.Response.Headers.CacheControl!.ToString());
        Assert.Equal("nosniff", Assert.Single(page.Response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(page.Response.Headers.GetValues("Cross-Origin-Opener-Policy")));
        Assert.Equal(
            ["base-uri 'none'", $"connect-src http://localhost:{fixture.Server.Address.Port}", "default-src 'none'", "form-action 'none'", "frame-ancestors 'none'"],
            policy.Where(directive => !directive.Contains("sha256-", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(["script-src", "style-src"], policy.Where(directive => directive.Contains("'sha256-", StringComparison.Ordinal))
            .Select(directive => directive.Split(' ')[0]).Order(StringComparer.Ordinal));
        Assert.Empty(page.Document.QuerySelectorAll("[src], link, [style], [onclick], form, iframe"));
    }

    [Fact]
    public async Task An_MCP_endpoint_at_the_root_comes_first()
    {
        var atRoot = Variants.Built.First(variant => variant.HasDevAuth && variant.GetOption("--resource") == "https://mcp.contoso.com");
        await using var server = await GeneratedProjects.StartAsync(
            Template.CreateAsync(atRoot), settings: ("OAuth__Resource", "{address}"));
        using var root = await server.Client.GetAsync("/");
        var page = await new Browser(server.Client).OpenAsync("/dev-auth/connect");

        Assert.Equal(HttpStatusCode.Unauthorized, root.StatusCode);
        Assert.Contains("/.well-known/oauth-protected-resource\"", root.GetChallenge(), StringComparison.Ordinal);
        Assert.Equal(200, page.Status);
        Assert.Equal(server.Address.GetLeftPart(UriPartial.Authority), page.Document.QuerySelector("#checks")!.GetAttribute("data-url"));
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    public async Task It_is_absent_outside_Development(string environment)
    {
        await using var server = await TodoServer.StartAsync(
            environment, ("OAuth__Issuer", "https://login.contoso.com"), ("OAuth__Resource", "https://mcp.contoso.com/mcp"), ("AllowedHosts", "*"));
        using var root = await server.Client.GetAsync("/");

        Assert.Equal(HttpStatusCode.NotFound, root.StatusCode);
    }

    private Task<BrowserAnswer> OpenAsync(string path) => new Browser(fixture.Server.Client).OpenAsync(path);

    private static void AssertJson(string expected, string actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), actual);
}
