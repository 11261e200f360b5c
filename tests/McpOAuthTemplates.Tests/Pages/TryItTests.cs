using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Infrastructure;
using McpOAuthTemplates.Tests.Server;
using Microsoft.Playwright;

namespace McpOAuthTemplates.Tests.Pages;

/// <summary>The connect page as a client: it signs in and calls what a person chooses.</summary>
public sealed partial class TryItTests(ChromiumFixture chromium) : ChromiumTests(chromium)
{
    [SkippableFact]
    public async Task From_the_page_in_the_log_to_a_tool_and_to_one_more_scope_by_keyboard_alone()
    {
        var address = PageInLog.Match(Chromium.Server.Output);
        Assert.True(address.Success, Chromium.Server.Output);
        await using var tab = await Chromium.OpenAsync(address.Groups[1].Value);
        List<string> urls = [];
        tab.Page.Request += (_, request) => urls.Add(request.Url);
        await tab.TabToAsync("Sign in");
        await tab.PressEnterAsync();
        await tab.ExpectConsentAsync();

        // Not the scope for writing.
        await tab.TabToAsync("Sign in as");
        await tab.Page.Keyboard.PressAsync("Control+A");
        await tab.Page.Keyboard.TypeAsync("keyboard");
        await tab.TabToAsync("todo:write");
        await tab.Page.Keyboard.PressAsync("Space");
        await Assertions.Expect(tab.Page.GetByLabel("todo:write")).Not.ToBeCheckedAsync();
        await tab.TabToAsync("Allow");
        await tab.PressEnterAsync();

        // A tool, whose scope is there.
        await ExpectStateAsync(tab, "Signed in as keyboard, with todo:read.");
        await tab.ExpectPickerAsync();
        await PickAsync(tab, "list_todos");
        await tab.TabToAsync("Call");
        await tab.PressEnterAsync();
        await ExpectAnswerAsync(tab, "There are no todos.");

        // One whose scope is not.
        await tab.Page.Keyboard.PressAsync("Shift+Tab");
        Assert.Equal("Tool, prompt or resource", await tab.GetFocusedNameAsync());
        await PickAsync(tab, "add_todo");
        await tab.TabToAsync("title");
        await tab.Page.Keyboard.TypeAsync("Buy milk");
        await tab.PressEnterAsync();
        await Assertions.Expect(tab.Page.Locator("#answer h3")).ToHaveTextAsync("Refused with 403");
        await Assertions.Expect(tab.Page.Locator("#answer pre")).ToContainTextAsync(
            "WWW-Authenticate: Bearer realm=\"OAuth\", error=\"insufficient_scope\"");
        await tab.AssertAccessibleAsync();

        // It asks for both, and does what it was to do.
        await tab.TabToAsync("Ask for this scope");
        await tab.PressEnterAsync();
        await tab.ExpectConsentAsync();
        await Assertions.Expect(tab.Page.GetByLabel("todo:read")).ToBeCheckedAsync();
        await Assertions.Expect(tab.Page.GetByLabel("todo:write")).ToBeCheckedAsync();
        await tab.TabToAsync("Allow as keyboard");
        await tab.PressEnterAsync();
        await ExpectStateAsync(tab, "Signed in as keyboard, with todo:read todo:write.");
        await ExpectAnswerAsync(tab, "Added 1. [ ] Buy milk");

        await AssertNoTokenIsLeftAsync(tab, urls);
        await tab.Page.ReloadAsync();
        await ExpectStateAsync(tab, "Signed in as keyboard, with todo:read todo:write.");

        // The browser reports each 401 and the 403, and nothing else is wrong.
        Assert.All(tab.Problems, problem => Assert.Matches("status of (401|403)", problem));
    }

    /// <summary>What runs in these tests is what the first command of the README makes, but for the port.</summary>
    [SkippableFact]
    public async Task The_first_command_of_the_README_makes_this_server()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"));
        var command = FirstCommand.Match(readme).Groups[1].Value.Replace("\"", "", StringComparison.Ordinal);
        var folder = Path.Combine(Template.Sandbox, "readme-command");
        string[] arguments = [.. command.Split(' '), "-o", folder];
        (await TemplateEngine.RunAsync(Template.Sandbox, [.. arguments, "--no-restore"])).ShouldSucceed();
        var project = await TodoServer.BuiltAsync();

        Assert.Equal(
            project.Files.Where(IsCode).ToDictionary(file => file, project.Read),
            Repository.EnumerateFiles(folder).Where(IsCode).ToDictionary(file => file, file => File.ReadAllText(Path.Combine(folder, file))));

        static bool IsCode(string file) => Path.GetExtension(file) is ".cs" or ".csproj";
    }

    [SkippableFact]
    public async Task The_claims_of_the_token_are_shown()
    {
        await using var tab = await Chromium.SignInAsync("/", page => page.GetByLabel("Roles").FillAsync("admin"));
        await tab.Page.GetByText("The claims of the token").ClickAsync();

        await Assertions.Expect(tab.Page.Locator("#try details pre").First).ToContainTextAsync("\"roles\": \"admin\"");
    }

    [SkippableFact]
    public async Task A_refused_sign_in_is_said()
    {
        await using var tab = await Chromium.OpenAsync("/");
        await tab.StartSignInAsync();
        await tab.Page.GetByText("Deny").ClickAsync();

        await ExpectStateAsync(tab, "The sign-in ended with access_denied.");
        Assert.DoesNotContain("?", tab.Page.Url, StringComparison.Ordinal);
        Assert.Equal(0, await tab.Page.Locator("#picker").CountAsync());
    }

    [SkippableTheory]
    [InlineData("code=x&state=forged&iss=x", "This page did not start this sign-in.")]
    [InlineData("error=<b>x</b>&state=forged", "This page did not start this sign-in.")]
    public async Task An_answer_that_nobody_has_asked_for_is_not_taken(string query, string expected)
    {
        await using var tab = await Chromium.OpenAsync("/dev-auth/connect?" + query);

        await ExpectStateAsync(tab, expected);
        Assert.DoesNotContain("?", tab.Page.Url, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_token_that_is_no_longer_good_is_forgotten()
    {
        await using var tab = await Chromium.SignInAsync("/");
        await tab.Page.EvaluateAsync("() => sessionStorage.setItem('token', 'abc')");
        await tab.Page.Locator("#call button").ClickAsync();
        await Assertions.Expect(tab.Page.Locator("#answer")).ToContainTextAsync("Sign in again.");

        Assert.Null(await tab.Page.EvaluateAsync<string?>("() => sessionStorage.getItem('token')"));
    }

    [SkippableFact]
    public async Task It_works_from_the_numeric_address_too()
    {
        await using var tab = await Chromium.SignInAsync($"http://127.0.0.1:{Chromium.Server.Address.Port}/");

        await tab.CallAsync("whoami");
        await Assertions.Expect(tab.Page.Locator("#answer pre").First).ToContainTextAsync("subject: dev-user");
    }

    /// <summary>With sessions, too, as servers have them that exist already.</summary>
    [SkippableTheory]
    [InlineData("Stateless")]
    [InlineData("Stateful")]
    public async Task All_kinds_can_be_called_with_all_kinds_of_arguments(string mode)
    {
        var project = await ServersUnderTest.BuiltAsync(OwnPrimitivesServer.Folder);
        await using var server = await ServerProcess.StartAsync(
            project.GetAssembly(), project.ContentRoot, "Development", ("Own__SessionMode", mode));
        await using var tab = await Chromium.SignInAsync(server.Address.AbsoluteUri);

        // The schema is a form.
        await tab.Page.Locator("#picker").SelectOptionAsync("many_arguments");
        await tab.Page.GetByLabel("text", new PageGetByLabelOptions { Exact = true }).FillAsync("<b>a</b> \"b\"");
        await tab.Page.GetByLabel("number").FillAsync("7");
        await tab.Page.GetByLabel("flag").SelectOptionAsync("true");
        await tab.Page.GetByLabel("kind").SelectOptionAsync("Large");
        await tab.Page.GetByLabel("list").FillAsync("[\"x\", ");
        await tab.Page.Locator("#call button").ClickAsync();
        Assert.Equal("This is not JSON.", await tab.Page.GetByLabel("list").EvaluateAsync<string>("field => field.validationMessage"));
        await tab.Page.GetByLabel("list").FillAsync("[\"x\", \"y\"]");
        await tab.Page.GetByLabel("half").FillAsync("0.5");
        await tab.Page.Locator("#call button").ClickAsync();
        await ExpectAnswerAsync(tab, "<b>a</b> \"b\" 7 True Large x+y 0.5 x");

        // Prompts, resources and templates.
        await tab.CallAsync("choice", ("kind", "tea"));
        await Assertions.Expect(tab.Page.Locator("#answer pre").First).ToContainTextAsync("\"text\": \"tea\"");
        await tab.CallAsync("own://fixed");
        await ExpectAnswerAsync(tab, "ok");
        await tab.CallAsync("own://items/{id}", ("id", "a b"));
        await ExpectAnswerAsync(tab, "a b");

        // What needs a role is not in the list without it.
        await Assertions.Expect(tab.Page.Locator("#hidden")).ToHaveTextAsync("Not listed for this token: changing, role, role_and_scope.");
        await tab.Page.GetByText("Sign in as someone else").ClickAsync();
        await tab.Page.GetByLabel("Roles").FillAsync("admin");
        await tab.Page.GetByText("Allow", new PageGetByTextOptions { Exact = true }).ClickAsync();
        await tab.ExpectPickerAsync();
        await tab.CallAsync("role");
        await ExpectAnswerAsync(tab, "ok");
        await Assertions.Expect(tab.Page.Locator("#hidden")).ToHaveTextAsync("Not listed for this token: changing.");

        // If it is lost while the page is open, no scope is asked for.
        await tab.Page.EvaluateAsync("token => sessionStorage.setItem('token', token)", await GetScriptTokenAsync(server));
        await tab.CallAsync("role");
        await Assertions.Expect(tab.Page.Locator("#answer h3")).ToHaveTextAsync("Refused with 403");
        await Assertions.Expect(tab.Page.Locator("#answer")).ToContainTextAsync("The user or client of this token is not allowed to do this.");
        Assert.Equal(0, await tab.Page.Locator("#step-up").CountAsync());
        Assert.Equal(0, await tab.Page.Locator("b").CountAsync());
    }

    [SkippableTheory]
    [InlineData(ColorScheme.Light, 320)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task It_is_accessible_and_fits_on_a_phone(ColorScheme colors, int width)
    {
        var project = await ServersUnderTest.BuiltAsync(OwnPrimitivesServer.Folder);
        await using var server = await ServerProcess.StartAsync(project.GetAssembly(), project.ContentRoot);
        await using var tab = await Chromium.SignInAsync(server.Address.AbsoluteUri, colors: colors, width: width);
        await tab.Page.Locator("#picker").SelectOptionAsync("many_arguments");
        await AssertAsync();
        await tab.CallAsync("says_admin");
        await Assertions.Expect(tab.Page.Locator("#answer h3")).ToHaveTextAsync("The answer");
        foreach (var details in await tab.Page.Locator("summary").AllAsync())
        {
            await details.ClickAsync();
        }

        await AssertAsync();

        async Task AssertAsync()
        {
            await tab.AssertAccessibleAsync();
            await tab.AssertFitsAsync();
        }
    }

    private static Task ExpectStateAsync(Tab tab, string text) =>
        Assertions.Expect(tab.Page.Locator("#state")).ToHaveTextAsync(text);

    private static Task ExpectAnswerAsync(Tab tab, string text) =>
        Assertions.Expect(tab.Page.Locator("#answer pre").First).ToHaveTextAsync(text);

    /// <summary>Chooses with the arrow keys.</summary>
    private static async Task PickAsync(Tab tab, string name)
    {
        await tab.Page.Keyboard.PressAsync("Home");
        for (var i = 0; i < 50 && await ReadAsync() != name; i++)
        {
            await tab.Page.Keyboard.PressAsync("ArrowDown");
        }

        Assert.Equal(name, await ReadAsync());

        Task<string> ReadAsync() => tab.Page.Locator("#picker option:checked").InnerTextAsync();
    }

    private static async Task<string> GetScriptTokenAsync(ServerProcess server)
    {
        using var response = await server.Client.PostAsync("/dev-auth/token", new FormUrlEncodedContent(
            [new("grant_type", "client_credentials"), new("client_id", "dev-script"), new("client_secret", "dev-secret")]));
        return (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["access_token"]!;
    }

    private static async Task AssertNoTokenIsLeftAsync(Tab tab, List<string> urls)
    {
        var token = await tab.Page.EvaluateAsync<string>("() => sessionStorage.getItem('token')");
        Assert.Equal(3, token.Split('.').Length);
        Assert.DoesNotContain(urls, url => url.Contains(token, StringComparison.Ordinal));
        Assert.Equal("/dev-auth/connect", new Uri(tab.Page.Url).PathAndQuery);
        Assert.Equal(0, await tab.Page.EvaluateAsync<int>("() => localStorage.length"));
        Assert.Equal("", await tab.Page.EvaluateAsync<string>("() => document.cookie"));
        Assert.Equal("token", await tab.Page.EvaluateAsync<string>("() => Object.keys(sessionStorage).join()"));
    }

    [GeneratedRegex("dotnet new (mcp-oauth -n TodoServer .*)")]
    private static partial Regex FirstCommand { get; }

    [GeneratedRegex(@"in the browser: (\S+)")]
    private static partial Regex PageInLog { get; }
}
