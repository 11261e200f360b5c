using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.Playwright;

namespace McpOAuthTemplates.Tests.Pages;

/// <summary>The connect page in a real browser: its checks are live, and everyone can use it.</summary>
public sealed class ConnectPageTests(ChromiumFixture chromium) : ChromiumTests(chromium)
{
    private const string Passed = "passed";

    private string McpUrl => new Uri(Chromium.Server.Address, "mcp").AbsoluteUri;

    [SkippableTheory]
    [InlineData("/")]
    [InlineData("/dev-auth/connect")]
    public async Task The_checks_pass(string path)
    {
        await using var tab = await Chromium.OpenAsync(path);

        Assert.Equal([Passed, Passed, Passed], await ReadChecksAsync(tab));
        Assert.Equal(3, await tab.Page.Locator("#checks .passed").CountAsync());

        // The browser reports the 401 that the first check is about, and nothing else.
        var problem = Assert.Single(tab.Problems);
        Assert.Contains("401", problem, StringComparison.Ordinal);
        Assert.Contains(McpUrl, problem, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_checks_pass_from_the_numeric_address_too()
    {
        await using var tab = await Chromium.OpenAsync($"http://127.0.0.1:{Chromium.Server.Address.Port}/");

        Assert.Equal([Passed, Passed, Passed], await ReadChecksAsync(tab));
    }

    [SkippableFact]
    public async Task A_server_with_another_port_in_its_settings_fails_with_the_reason()
    {
        var other = $"http://localhost:{ServerProcess.GetFreePort()}/mcp";
        await using var server = await TodoServer.StartAsync(("OAuth__Resource", other));
        await using var tab = await Chromium.OpenAsync(server.Address.AbsoluteUri);

        var checks = await ReadChecksAsync(tab);

        Assert.Equal($"failed: There is no response from {other}, or this page is not allowed to read it.", checks[0]);
        Assert.All(checks, check => Assert.StartsWith("failed: ", check, StringComparison.Ordinal));
        Assert.Equal(3, await tab.Page.Locator("#checks .failed").CountAsync());
    }

    public static TheoryData<string, int, string, string, string[]> BrokenServers => new()
    {
        { "lets anyone in", 200, "", "{}", ["The status is 200.", "There is no WWW-Authenticate header.", "No challenge names it."] },
        { "renames the header", 401, "", "{}", [Passed, "There is no WWW-Authenticate header.", "No challenge names it."] },
        { "names no metadata", 401, "Bearer realm=\"OAuth\"", "{}", [Passed, "The challenge has no resource_metadata.", "No challenge names it."] },
        {
            "has two challenges", 401, "Bearer realm=\"OAuth, Basic x\", resource_metadata=\"{metadata}\", Bearer resource_metadata=\"{metadata}\"", "{}",
            [Passed, "There are 2 challenges.", "No challenge names it."]
        },
        {
            "is for another URL", 401, "Bearer resource_metadata=\"{metadata}\"", """{"resource":"{url}/","authorization_servers":["x"]}""",
            [Passed, Passed, "It is for {url}/."]
        },
        {
            "has no authorization server", 401, "Bearer resource_metadata=\"{metadata}\"", """{"resource":"{url}","authorization_servers":[]}""",
            [Passed, Passed, "It lists no authorization server."]
        },
    };

    [SkippableTheory]
    [MemberData(nameof(BrokenServers))]
    public async Task A_broken_server_fails_with_the_reason(string what, int status, string challenge, string metadata, string[] expected)
    {
        var metadataUrl = new Uri(Chromium.Server.Address, ".well-known/oauth-protected-resource/mcp").AbsoluteUri;
        await using var tab = await Chromium.OpenAsync("/", prepare: async page =>
        {
            await page.RouteAsync(McpUrl, route => route.FulfillAsync(new RouteFulfillOptions
            {
                Status = status,
                Headers = challenge.Length == 0 ? [] : new Dictionary<string, string> { ["WWW-Authenticate"] = Fill(challenge) },
            }));
            await page.RouteAsync(metadataUrl, route => route.FulfillAsync(new RouteFulfillOptions { Body = Fill(metadata) }));
        });

        Assert.True(
            expected.Select(text => text == Passed ? Passed : "failed: " + Fill(text)).SequenceEqual(await ReadChecksAsync(tab)), what);

        string Fill(string text) => text.Replace("{metadata}", metadataUrl, StringComparison.Ordinal).Replace("{url}", McpUrl, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_keyboard_reaches_everything()
    {
        await using var tab = await Chromium.OpenAsync("/");
        await ReadChecksAsync(tab);

        Assert.Equal(
            [
                "Copy: The URL for clients", "Add to VS Code", "Add to Cursor", "Copy: Claude Code",
                "Copy: Inspector", "Claude Desktop", "Sign in",
            ],
            await tab.WalkAsync());

        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Copy: Claude Code" }).FocusAsync();
        await tab.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(tab.Page.Locator(":focus")).ToHaveTextAsync("Copied");
        Assert.Equal($"claude mcp add -t http todoserver {McpUrl}", await tab.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));
    }

    [SkippableTheory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task It_is_accessible_and_fits_on_a_phone(ColorScheme colors)
    {
        await using var tab = await Chromium.OpenAsync("/", colors, width: 320);
        await ReadChecksAsync(tab);

        await tab.AssertAccessibleAsync();
        await tab.AssertFitsAsync();
    }

    private static async Task<IReadOnlyList<string>> ReadChecksAsync(Tab tab)
    {
        var results = tab.Page.Locator("#checks output");
        await Assertions.Expect(results).ToHaveTextAsync([AnyText(), AnyText(), AnyText()]);
        return await results.AllInnerTextsAsync();

        static System.Text.RegularExpressions.Regex AnyText() => new(".");
    }
}
