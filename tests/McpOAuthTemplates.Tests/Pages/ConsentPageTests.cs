using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.DevAuth;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.Playwright;

namespace McpOAuthTemplates.Tests.Pages;

/// <summary>The consent page of the development authorization server in a real browser.</summary>
public sealed class ConsentPageTests(ChromiumFixture chromium) : ChromiumTests(chromium)
{
    [SkippableFact]
    public async Task A_scope_that_is_unchecked_is_not_in_the_token()
    {
        var client = await Chromium.RegisterAsync("Editor");
        await using var tab = await Chromium.OpenConsentAsync(client);
        await tab.Page.GetByLabel("Sign in as").FillAsync("alice");
        await tab.Page.GetByLabel("todo:write").UncheckAsync();
        await tab.Page.GetByText("Allow", new PageGetByTextOptions { Exact = true }).ClickAsync();
        await tab.WaitForCallbackAsync();

        var token = await RedeemAsync(tab, client);
        Assert.Equal("todo:read", (string?)token["scope"]);
        Assert.Equal("alice", new JsonWebToken((string)token["access_token"]!).Subject);
        Assert.Empty(tab.Problems);
    }

    [SkippableFact]
    public async Task Deny_leads_back_to_the_client_with_the_error()
    {
        await using var tab = await Chromium.OpenConsentAsync(await Chromium.RegisterAsync("Editor"));
        await tab.Page.GetByText("Deny").ClickAsync();
        await tab.WaitForCallbackAsync();
        var answer = QueryHelpers.ParseQuery(new Uri(tab.Page.Url).Query);

        Assert.Equal("access_denied", answer["error"]);
        Assert.Equal("xyz", answer["state"]);
        Assert.False(answer.ContainsKey("code"));
        Assert.Empty(tab.Problems);
    }

    [SkippableFact]
    public async Task A_hostile_client_name_is_shown_and_runs_nothing()
    {
        const string Name = "<img src=x onerror=alert(1)></title><script>alert(2)</script>";
        await using var tab = await Chromium.OpenConsentAsync(await Chromium.RegisterAsync(Name));

        await Assertions.Expect(tab.Page.Locator("h1")).ToHaveTextAsync($"Allow {Name}?");
        Assert.Equal($"Allow {Name}?", await tab.Page.TitleAsync());
        Assert.Equal(0, await tab.Page.Locator("img, script").CountAsync());
        Assert.Empty(tab.Problems);
    }

    [SkippableFact]
    public async Task The_keyboard_is_enough()
    {
        var client = await Chromium.RegisterAsync("Editor");
        await using var tab = await Chromium.OpenConsentAsync(client);
        var stops = await tab.WalkAsync();
        Assert.Equal(
            [
                "Sign in as", "Roles, separated by commas", "Other claims, one per line: name = value",
                "todo:read", "todo:write", "Allow", "Deny",
            ],
            stops.Where(stop => !stop.StartsWith("Allow as ", StringComparison.Ordinal)));

        await tab.TabToAsync("todo:read");
        await tab.Page.Keyboard.PressAsync("Space");
        await Assertions.Expect(tab.Page.GetByLabel("todo:read")).Not.ToBeCheckedAsync();
        await tab.TabToAsync("Allow");
        await tab.PressEnterAsync();
        await tab.WaitForCallbackAsync();

        Assert.Equal("todo:write", (string?)(await RedeemAsync(tab, client))["scope"]);
    }

    [SkippableTheory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task It_is_accessible_and_fits_on_a_phone(ColorScheme colors)
    {
        await using var tab = await Chromium.OpenConsentAsync(await Chromium.RegisterAsync(new string('M', 100)), colors, width: 320);

        await tab.AssertAccessibleAsync();
        await tab.AssertFitsAsync();
        Assert.Empty(tab.Problems);
    }

    private async Task<JsonNode> RedeemAsync(Tab tab, string client)
    {
        using var response = await Chromium.Server.Client.PostAsync("/dev-auth/token", new FormUrlEncodedContent(
        [
            new("grant_type", "authorization_code"), new("client_id", client), new("redirect_uri", Chromium.Callback),
            new("code", QueryHelpers.ParseQuery(new Uri(tab.Page.Url).Query)["code"]),
            new("code_verifier", DevAuthorizationServerTests.Fixture.Verifier),
        ]));
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }
}
