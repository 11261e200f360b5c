using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using McpOAuthTemplates.Tests.DevAuth;
using McpOAuthTemplates.Tests.Infrastructure;
using McpOAuthTemplates.Tests.Updates;
using ModelContextProtocol.Authentication;

namespace McpOAuthTemplates.Tests.Wiring;

/// <summary>mcp-oauth-wiring: what it writes, where it refuses, and what comes of it.</summary>
public sealed partial class WiringTests
{
    [Fact]
    public async Task A_token_of_the_development_server_calls_the_tool_if_it_has_the_scope()
    {
        var (program, folder) = await WiredServers.BuiltAsync(WiredServers.Untouched);
        await using var server = await ServerProcess.StartAsync(
            program, folder, "Development", ("OAuth__Issuer", "/dev-auth"), ("OAuth__Resource", "/mcp"));
        var browser = new Browser(server.Client);
        List<string> asked = [];
        List<HttpStatusCode> statuses = [];
        var oauth = new ClientOAuthOptions
        {
            RedirectUri = new Uri("http://127.0.0.1:7777/callback"),
            DynamicClientRegistration = new DynamicClientRegistrationOptions { ClientName = "Client" },
            AuthorizationCallbackHandler = async (context, _) =>
            {
                // The person allows nothing at first.
                var page = await browser.OpenAsync(context.AuthorizationUri.AbsoluteUri);
                asked.Add(System.Web.HttpUtility.ParseQueryString(context.AuthorizationUri.Query)["scope"]!);
                var answer = await browser.SubmitAsync(page, "Allow", keepChecked: asked.Count == 1 ? [] : null);
                return new AuthorizationResult { Code = answer["code"], State = answer["state"], Iss = answer["iss"] };
            },
        };
        await using var client = await SdkClient.ConnectAsync(new Uri(server.Address, "mcp"), "2025-11-25", oauth, statuses);

        Assert.Contains(HttpStatusCode.Unauthorized, statuses);
        Assert.DoesNotContain(HttpStatusCode.Forbidden, statuses);
        Assert.Equal("7", await client.CallTextAsync("get_random_number", ("min", 7), ("max", 8)));
        Assert.Contains(HttpStatusCode.Forbidden, statuses);
        Assert.Equal(["math:archive math:random", "math:archive math:random"], asked);

        // The log names what is there: the wiring has no verify.cs.
        var page = new Uri(server.Address, "dev-auth/connect").AbsoluteUri;
        await Poll.UntilAsync(() => Task.FromResult(server.Output.Contains(page, StringComparison.Ordinal)));
        Assert.DoesNotContain("verify.cs", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_calls_the_sample_API_for_the_user()
    {
        var (program, folder) = await WiredServers.BuiltAsync(WiredServers.Downstream);
        await using var server = await ServerProcess.StartAsync(
            program, folder, "Development", ("OAuth__Issuer", "/dev-auth"), ("OAuth__Resource", "/mcp"));
        var tokens = await (await CodeFlow.CreateAsync(server)).SignInAsync("ada");
        using var response = await server.Client.CallToolAsync("list_orders", (string)tokens["access_token"]!);

        Assert.Equal("orders of ada, asked for by dev-server", await response.ReadToolTextAsync());
        Assert.Equal(
            ["OAuth", "Downstream"],
            WiredFolder.ReadSettings(folder, "appsettings.json").AsObject().Select(section => section.Key).Take(2));
    }

    /// <summary>What the first test sets in the environment, because its port is another one.</summary>
    [Fact]
    public async Task In_development_the_URLs_are_those_of_the_server_itself()
    {
        var (_, folder) = await WiredServers.BuiltAsync(WiredServers.Untouched);

        Assert.Equal(
            """{"OAuth":{"Issuer":"/dev-auth","Resource":"/mcp"}}""",
            WiredFolder.ReadSettings(folder, "appsettings.Development.json").ToJsonString());
    }

    [Fact]
    public async Task Release_has_no_trace_of_what_is_for_development()
    {
        var (_, folder) = await WiredServers.BuiltAsync(WiredServers.Untouched);
        (await Dotnet.BuildAsync(Path.Combine(folder, "TodoServer.csproj"), "-c", "Release")).ShouldSucceed();

        Assert.Empty(BuildTests.FindWhatIsForDevelopment(Path.Combine(folder, "bin", "Release", "net10.0", "TodoServer.dll")));
        Assert.NotEmpty(BuildTests.FindWhatIsForDevelopment(Path.Combine(folder, "bin", "Debug", "net10.0", "TodoServer.dll")));
    }

    [Fact]
    public async Task The_tests_of_mcp_oauth_tests_pass_for_each()
    {
        await WiredServers.BuiltAsync(WiredServers.Untouched);
        var results = await TestRun.RunAsync("wired-tests", WiredServers.All.ToDictionary(server => server, WiredServers.GetTestProject));

        Assert.All(WiredServers.All, server =>
        {
            Assert.True(results[server].Count() > 15);
            Assert.All(results[server], result => Assert.True(result.Outcome == "Passed", $"{result.Method}\n{result.Message}"));
        });
    }

    /// <summary>The same files, but for those that are the owner's.</summary>
    [Theory]
    [MemberData(nameof(Variants.WiredRows), MemberType = typeof(Variants))]
    public async Task Files_and_settings_are_those_of_mcp_oauth(Variant variant)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Template.Sandbox, "wired", variant.Name)).FullName;
        string[] arguments = [.. variant.Arguments.Except(["--no-packages"])];
        string[] call = ["--namespace", "TodoServer", "--no-packages", .. arguments];
        var isFrontDoor = Variants.FrontDoorItems.Contains(variant);
        var result = isFrontDoor ? WiredServers.WireAsync(folder, call) : WiredServers.WireInProcessAsync(folder, call);
        (await result).ShouldSucceed();
        var wired = new GeneratedProject("TodoServer", folder, [.. Repository.EnumerateFiles(folder)]);
        var expected = await Template.CreateAsync("like-" + variant.Name, "TodoServer", arguments);

        string[] own = [ProjectRecord.Path, "OAUTH-NEXT-STEPS.md", "OAuthUsings.cs", "appsettings.json", "appsettings.Development.json", "AUTHORIZATION-SERVER.md"];
        Assert.Empty(own.Except(wired.Files));
        Assert.All(wired.Files.Except(own), file => Assert.Equal(ReadExpected(file), wired.Read(file)));

        // The one of the project belongs to its owner.
        Assert.DoesNotContain(".editorconfig", wired.Files);
        Assert.Empty(
            expected.Files.Where(file => IsShared.IsMatch(file)).Except(wired.Files));
        Assert.Equal(
            expected.Read("AUTHORIZATION-SERVER.md"),
            wired.Read("AUTHORIZATION-SERVER.md").Replace(
                "[OAUTH-NEXT-STEPS.md](OAUTH-NEXT-STEPS.md#for-production)", "[README.md](README.md#configure-for-production)",
                StringComparison.Ordinal));
        Assert.Empty(LeftoverTests.FindLeftovers(wired with { Files = [.. wired.Files.Where(file => !IsSettings.IsMatch(file))] }, variant));

        Assert.True(JsonNode.DeepEquals(
            WiredFolder.ReadSettings(expected.Directory, "appsettings.json")["OAuth"], WiredFolder.ReadSettings(folder, "appsettings.json")["OAuth"]), wired.Read("appsettings.json"));
        var development = JsonNode.Parse(expected.Read("appsettings.Development.json"))!;
        Assert.True(
            JsonNode.DeepEquals(development["OAuth"], WiredFolder.ReadSettings(folder, "appsettings.Development.json")["OAuth"]),
            wired.Read("appsettings.Development.json"));

        // The folders of ours have the one that mcp-oauth has for the whole project.
        string ReadExpected(string file) =>
            Path.GetFileName(file) == ".editorconfig" ? expected.Read(".editorconfig") : AsWired(expected.Read(file));
    }

    /// <summary>What the template makes anew, and what it leaves alone, however the project was made, and with or without its restore.</summary>
    [Theory]
    [InlineData("restored", true)]
    [InlineData("fresh-clone", false, "--namespace", "Contoso.Api")]
    [InlineData("other-options", false, "--namespace", "Contoso.Api", "--scopes", "other:scope", "--provider", "keycloak",
        "--authority", "https://login.contoso.com/realms/other", "--resource", "https://other.contoso.com/x")]
    public async Task A_refresh_keeps_what_is_the_owners(string name, bool restore, params string[] others)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Template.Sandbox, "wired-again-" + name)).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "Contoso.Api.csproj"), ProjectFile.Web);
        (await WiredServers.WireAsync(folder, "--namespace", "Contoso.Api", "--no-packages", "--provider", "keycloak")).ShouldSucceed();
        var first = WiredFolder.ReadAll(folder);
        string[] own = [ProjectRecord.Path, "Scopes.cs", "AUTHORIZATION-SERVER.md", "keycloak-realm.json", "appsettings.json", "appsettings.Development.json"];
        foreach (var file in own)
        {
            var text = await File.ReadAllTextAsync(Path.Combine(folder, file));
            await File.WriteAllTextAsync(
                Path.Combine(folder, file), text.Replace("mcp", "own", StringComparison.Ordinal).TrimEnd() + "\n// Mine: \\ % ; @(x)\n");
        }

        var ours = Path.Combine(folder, "Authorization", "OAuthOptions.cs");
        await File.WriteAllTextAsync(ours, "");
        var edited = WiredFolder.ReadAll(folder);
        if (restore)
        {
            (await Dotnet.RunAsync(folder, "restore")).ShouldSucceed();
        }

        var again = (await WiredServers.WireAsync(folder, ["--no-packages", "--force", .. others])).ShouldSucceed();

        Assert.Equal(first["Authorization/OAuthOptions.cs"], await File.ReadAllTextAsync(ours));
        Assert.All(own.Where(file => File.Exists(Path.Combine(folder, file))), file =>
        {
            Assert.Equal(edited[file], File.ReadAllText(Path.Combine(folder, file)));
        });
        Assert.Contains("Scopes.cs exists and was not changed.", again.Output, StringComparison.Ordinal);
        Assert.Contains("appsettings.json has a section OAuth, which was not changed.", again.Output, StringComparison.Ordinal);
        Assert.Equal(first.Keys.Order(), WiredFolder.ReadAll(folder).Keys.Order());
    }

    /// <summary>The section is added where it stands out least, and nothing else is changed.</summary>
    [Theory]
    [InlineData("{}", true)]
    [InlineData("\uFEFF{ }\r\n", true)]
    [InlineData("{\r\n  \"A\": \"C:\\\\logs \\u00e4 \\\" ; %3B $(A) @(B) *\"\r\n}\r\n", true)]
    [InlineData("// { \"OAuth\": {} }\n{ /* \"OAuth\": 1, */ \"A\": { \"OAuth\": [ \"OAuth\" ] }, \"B\": \"OAuth\", }", true)]
    [InlineData("{ \"A\": [ {} ], \"oauth\" /* mine */ : { } }", false)]
    [InlineData("{ \"OAuth:Issuer\": \"https://login.contoso.com\" }", false)]
    [InlineData("", false)]
    public async Task Settings_are_changed_as_little_as_possible(string text, bool isAdded)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Template.Sandbox, "wired-settings", Guid.NewGuid().ToString("N"))).FullName;
        var path = Path.Combine(folder, "appsettings.json");
        await File.WriteAllTextAsync(path, text);
        (await WiredServers.WireInProcessAsync(folder, "--namespace", "Contoso.Api", "--no-packages")).ShouldSucceed();
        var after = await File.ReadAllTextAsync(path);

        if (!isAdded)
        {
            Assert.Equal(text, after);
            return;
        }

        var section = Assert.Single(OAuthSection.Matches(after)).Value;
        Assert.Equal(text.Contains("\r\n", StringComparison.Ordinal) ? section.Split('\n').Length : 1, section.Split("\r\n").Length);
        var rest = after.Replace(section, "", StringComparison.Ordinal);
        Assert.Equal(text.Trim('\uFEFF').Replace(" ", "", StringComparison.Ordinal).Trim(), rest.Replace(" ", "", StringComparison.Ordinal).Trim());
        Assert.Equal("https://mcp.example.com/mcp", (string)WiredFolder.ReadSettings(folder, "appsettings.json")["OAuth"]!["Resource"]!);
    }

    [Fact]
    public async Task A_tool_is_one_file_which_is_never_overwritten()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Template.Sandbox, "tool")).FullName;
        var variant = Variants.Items.Single(item => item.Name == "tool");
        Task<CommandResult> AddAsync(params string[] others) => Template.RunAsync(
            folder, ["mcp-oauth-tool", "-n", "archiveTools", "--no-update-check", .. variant.Arguments, .. others]);
        var added = (await AddAsync()).ShouldSucceed();

        Assert.Contains("\n    .WithTools<ArchiveTools>()\n", added.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("public const string TodoArchive = \"todo:archive\";", added.Output, StringComparison.Ordinal);
        Assert.Contains("[RequireScope(Scopes.TodoArchive)]", added.Output, StringComparison.Ordinal);
        var tool = new GeneratedProject("TodoServer", folder, [.. Repository.EnumerateFiles(folder)]);
        Assert.Equal(["Tools/ArchiveTools.cs"], tool.Files);
        Assert.Empty(LeftoverTests.FindLeftovers(tool, variant));
        Assert.Contains("namespace Contoso.Todos.Tools;", tool.Read("Tools/ArchiveTools.cs"), StringComparison.Ordinal);
        Assert.Contains("public static string Archive(ClaimsPrincipal user)", tool.Read("Tools/ArchiveTools.cs"), StringComparison.Ordinal);

        await File.WriteAllTextAsync(Path.Combine(folder, "Tools", "ArchiveTools.cs"), "mine");
        Assert.Equal(73, (await AddAsync()).ExitCode);
        Assert.Equal("mine", tool.Read("Tools/ArchiveTools.cs"));
        (await AddAsync("--force")).ShouldSucceed();
        Assert.NotEqual("mine", tool.Read("Tools/ArchiveTools.cs"));
    }

    /// <summary>A server may have the scope already: then the instructions must name the constant that is there.</summary>
    [Fact]
    public async Task The_instructions_of_a_tool_name_the_constant_that_a_server_has()
    {
        var folder = Path.Combine(Template.Sandbox, "tool-constants");
        var constants = ScopeTable.All.Where(list => list.Name is "started" or "uri-with-path" or "uri-without-path" or "urn")
            .SelectMany(list => list.Expected)
            .Where(constant => !NumberOfEqual.IsMatch(constant.Identifier));
        foreach (var (identifier, scope) in constants)
        {
            var added = await TemplateEngine.RunAsync(
                folder, "mcp-oauth-tool", "-n", "Archive", "-o", identifier, "--namespace", "Todos", "--scope", scope);

            var instructions = added.ShouldSucceed().Output;
            Assert.Contains($"public const string {identifier} = \"{scope}\";", instructions, StringComparison.Ordinal);
            Assert.Contains($"[RequireScope(Scopes.{identifier})]", instructions, StringComparison.Ordinal);
        }
    }

    // The start page of an app is its own.
    private static string AsWired(string text) => StartPage.Replace(text, "");

    [GeneratedRegex(@"\r?\n  ""OAuth"": \{[\s\S]*?\n  \}(?:,|\r?\n)")]
    private static partial Regex OAuthSection { get; }

    [GeneratedRegex(@"^ *endpoints\.MapGet\(""/"", Show\).*\n", RegexOptions.Multiline)]
    private static partial Regex StartPage { get; }

    // What an identifier ends with if a list has another scope with the same one.
    [GeneratedRegex("_[2-5]$")]
    private static partial Regex NumberOfEqual { get; }

    // The engine writes them, without a line feed at the end.
    [GeneratedRegex(@"^appsettings")]
    private static partial Regex IsSettings { get; }

    [GeneratedRegex(@"^(?:Authorization|DevAuthorizationServer|DevConnectPage|Hosting)/|^Scopes\.cs$")]
    private static partial Regex IsShared { get; }
}
