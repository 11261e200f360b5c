using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using McpOAuthTemplates.Tests.DevAuth;
using McpOAuthTemplates.Tests.Infrastructure;
using ModelContextProtocol.Authentication;

namespace McpOAuthTemplates.Tests.Wiring;

/// <summary>mcp-oauth-wiring: what it writes, where it refuses, and what comes of it.</summary>
public sealed partial class WiringTests
{
    private const string PackageVersions = """
        <Project>
          <PropertyGroup>
            <ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally>
          </PropertyGroup>
        </Project>
        """;

    private const string WebProject = """
        <Project Sdk="Microsoft.NET.Sdk.Web">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
          </PropertyGroup>
        </Project>
        """;

    private const string OwnSettings = """
        {
          // Mine.
          "Own": { "Number": 1.0, "Text": "ä <b> & 'q'", "List": [ 1, null ] }, /* and mine */
          "AllowedHosts": "mcp.contoso.com",
        }
        """;

    private static readonly JsonDocumentOptions s_lenient =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

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

    /// <summary>What the test above sets in the environment, because its port is another one.</summary>
    [Fact]
    public async Task In_development_the_URLs_are_those_of_the_server_itself()
    {
        var (_, folder) = await WiredServers.BuiltAsync(WiredServers.Untouched);

        Assert.Equal(
            """{"OAuth":{"Issuer":"/dev-auth","Resource":"/mcp"}}""",
            Read(folder, "appsettings.Development.json").ToJsonString());
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

        string[] own = ["OAUTH-NEXT-STEPS.md", "OAuthUsings.cs", "appsettings.json", "appsettings.Development.json", "AUTHORIZATION-SERVER.md"];
        Assert.Empty(own.Except(wired.Files));
        Assert.All(wired.Files.Except(own), file => Assert.Equal(AsWired(expected.Read(file)), wired.Read(file)));
        Assert.Empty(
            expected.Files.Where(file => IsShared.IsMatch(file)).Except(wired.Files));
        Assert.Equal(
            expected.Read("AUTHORIZATION-SERVER.md"),
            wired.Read("AUTHORIZATION-SERVER.md").Replace(
                "[OAUTH-NEXT-STEPS.md](OAUTH-NEXT-STEPS.md#for-production)", "[README.md](README.md#configure-for-production)",
                StringComparison.Ordinal));
        Assert.Empty(LeftoverTests.FindLeftovers(wired with { Files = [.. wired.Files.Where(file => !IsSettings.IsMatch(file))] }, variant));

        Assert.True(JsonNode.DeepEquals(
            Read(expected.Directory, "appsettings.json")["OAuth"], Read(folder, "appsettings.json")["OAuth"]), wired.Read("appsettings.json"));
        var development = JsonNode.Parse(expected.Read("appsettings.Development.json"))!;
        Assert.True(
            JsonNode.DeepEquals(development["OAuth"], Read(folder, "appsettings.Development.json")["OAuth"]),
            wired.Read("appsettings.Development.json"));
    }

    [Fact]
    public async Task Versions_stand_where_they_are_managed_and_settings_of_the_owner_stay()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Template.Sandbox, "wired-managed")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "Directory.Packages.props"), PackageVersions);
        await File.WriteAllTextAsync(Path.Combine(folder, "Api.csproj"), WebProject);
        await File.WriteAllTextAsync(Path.Combine(folder, "appsettings.json"), OwnSettings);
        var result = (await WiredServers.WireAsync(folder, "--namespace", "Contoso.Api")).ShouldSucceed();

        // What is printed is what stands in the file.
        var steps = await File.ReadAllTextAsync(Path.Combine(folder, "OAUTH-NEXT-STEPS.md"));
        Assert.All(
            ["builder.Services.AddOAuthProtection();", "app.MapProtectedMcp();", "[RequireScope(Scopes."],
            line => Assert.All([result.Output, steps], text => Assert.Contains(line, text, StringComparison.Ordinal)));

        var project = await File.ReadAllTextAsync(Path.Combine(folder, "Api.csproj"));
        var expected = XDocument.Load(Path.Combine(Repository.Templates, "mcp-oauth", "Mcp-OAuth-Server.csproj")).Descendants("PackageReference")
            .Select(package => (Name: (string)package.Attribute("Include")!, Version: (string)package.Attribute("Version")!))
            .Where(package => !package.Name.StartsWith("OpenTelemetry.", StringComparison.Ordinal)).ToArray();
        AssertPackages();

        var own = JsonNode.Parse(OwnSettings, documentOptions: s_lenient)!.AsObject();
        var settings = Read(folder, "appsettings.json");
        Assert.All(own, setting => Assert.True(JsonNode.DeepEquals(setting.Value, settings[setting.Key]), setting.Key));
        Assert.EndsWith(OwnSettings[1..], (await File.ReadAllTextAsync(Path.Combine(folder, "appsettings.json"))).TrimEnd(), StringComparison.Ordinal);

        // Once more: nothing is changed, and what is there is named.
        var before = ReadAll(folder);
        var again = await WiredServers.WireAsync(folder, "--namespace", "Contoso.Api");
        Assert.Equal(73, again.ExitCode);
        Assert.Contains("Overwrite   ./OAuthProtection.cs", again.Text, StringComparison.Ordinal);
        Assert.Equal(before, ReadAll(folder));

        // With --force, what is the owner's stays.
        await File.WriteAllTextAsync(Path.Combine(folder, "Scopes.cs"), "mine");
        (await WiredServers.WireAsync(folder, "--namespace", "Contoso.Api", "--force")).ShouldSucceed();
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(folder, "Scopes.cs")));
        project = await File.ReadAllTextAsync(Path.Combine(folder, "Api.csproj"));
        AssertPackages();

        void AssertPackages()
        {
            var managed = XDocument.Load(Path.Combine(folder, "Directory.Packages.props")).Descendants("PackageVersion")
                .Select(package => ((string)package.Attribute("Include")!, (string)package.Attribute("Version")!));
            Assert.Equal(expected, managed);
            Assert.All(expected, package => Assert.Contains($"<PackageReference Include=\"{package.Name}\" />", project, StringComparison.Ordinal));
        }
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
        await File.WriteAllTextAsync(Path.Combine(folder, "Contoso.Api.csproj"), WebProject);
        (await WiredServers.WireAsync(folder, "--namespace", "Contoso.Api", "--no-packages", "--provider", "keycloak")).ShouldSucceed();
        var first = ReadAll(folder);
        string[] own = ["Scopes.cs", "AUTHORIZATION-SERVER.md", "keycloak-realm.json", "appsettings.json", "appsettings.Development.json"];
        foreach (var file in own)
        {
            var text = await File.ReadAllTextAsync(Path.Combine(folder, file));
            await File.WriteAllTextAsync(
                Path.Combine(folder, file), text.Replace("mcp", "own", StringComparison.Ordinal).TrimEnd() + "\n// Mine: \\ % ; @(x)\n");
        }

        var ours = Path.Combine(folder, "Authorization", "OAuthOptions.cs");
        await File.WriteAllTextAsync(ours, "");
        var edited = ReadAll(folder);
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
        Assert.Contains("Scopes.cs was there: it is as it was.", again.Output, StringComparison.Ordinal);
        Assert.Contains("appsettings.json has a section OAuth: it is as it was.", again.Output, StringComparison.Ordinal);
        Assert.Equal(first.Keys.Order(), ReadAll(folder).Keys.Order());
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
        Assert.Equal("https://mcp.example.com/mcp", (string)Read(folder, "appsettings.json")["OAuth"]!["Resource"]!);
    }

    /// <summary>NU1605 otherwise: what belongs to a package that is raised is raised with it, and nothing is added for it.</summary>
    [Theory]
    [InlineData("""<PackageReference Include="ModelContextProtocol" Version="1.0.0" />""")]
    [InlineData("""<PackageReference Include="ModelContextProtocol.Core" Version="[1.0.0,2.0.0)" PrivateAssets="all" />""")]
    [InlineData("""<PackageReference Include="ModelContextProtocol" />""", """<PackageVersion Include="ModelContextProtocol" Version="1.0.0" />""")]
    [InlineData(
        """<PackageReference Include="ModelContextProtocol" VersionOverride="1.0.0" />""",
        """<PackageVersion Include="ModelContextProtocol" Version="0.9.0" />""")]
    public async Task Companions_of_the_packages_are_raised(string reference, string? managed = null)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Template.Sandbox, "wired-companions", Guid.NewGuid().ToString("N"))).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Api.csproj"),
            WebProject.Replace("</Project>", $"<ItemGroup>{reference}</ItemGroup>\n</Project>", StringComparison.Ordinal));
        if (managed is not null)
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder, "Directory.Packages.props"),
                PackageVersions.Replace("</Project>", $"<ItemGroup>{managed}</ItemGroup>\n</Project>", StringComparison.Ordinal));
        }

        (await WiredServers.WireAsync(folder, "--namespace", "Contoso.Api")).ShouldSucceed();
        (await Dotnet.RunAsync(folder, "restore")).ShouldSucceed();
        var packages = XDocument.Load(Path.Combine(folder, "Api.csproj")).Descendants("PackageReference")
            .Select(package => (string)package.Attribute("Include")!);

        Assert.Equal(
            new[] { reference.Split('"')[1], "Microsoft.AspNetCore.Authentication.JwtBearer", "ModelContextProtocol.AspNetCore" }.Order(),
            packages.Order());
    }

    /// <summary>Each warning is an error here, also those of style and documentation.</summary>
    [Fact]
    public async Task It_compiles_in_a_strict_repository()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Template.Sandbox, "wired-strict")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "Api.csproj"), WebProject.Replace("</PropertyGroup>", """
              <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              <GenerateDocumentationFile>true</GenerateDocumentationFile>
              <EnforceCodeStyleInBuild>true</EnforceCodeStyleInBuild>
              <RunAnalyzers>true</RunAnalyzers>
              <AnalysisLevel>latest-recommended</AnalysisLevel>
              <LangVersion>13</LangVersion>
            </PropertyGroup>
            """, StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(folder, ".editorconfig"), """
            root = true
            [*.cs]
            dotnet_diagnostic.IDE0005.severity = warning
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), "WebApplication.CreateBuilder(args).Build().Run();\n");
        (await WiredServers.WireAsync(folder, "--namespace", "Contoso.Api")).ShouldSucceed();
        var build = await Dotnet.BuildAsync(Path.Combine(folder, "Api.csproj"));

        var diagnostics = GeneratedProjects.ParseDiagnostics(build.Text);
        Assert.True(diagnostics.Count == 0, string.Join('\n', diagnostics));
        build.ShouldSucceed();
    }

    /// <summary>What only a restored project can tell.</summary>
    [Theory]
    [InlineData("mcp-server", "Microsoft.NET.Sdk", "", RefusalTests.NoWebProject)]
    [InlineData("My-1x.class", "Microsoft.NET.Sdk.Web", "", null)]
    [InlineData("old", "Microsoft.NET.Sdk.Web", "<ImplicitUsings>disable</ImplicitUsings>", RefusalTests.NoImplicitUsings)]
    [InlineData("older", "Microsoft.NET.Sdk.Web", "<TargetFramework>net9.0</TargetFramework>", RefusalTests.OldFramework)]
    [InlineData("plural", "Microsoft.NET.Sdk.Web", "<TargetFramework/><TargetFrameworks>net10.0</TargetFrameworks>", null)]
    [InlineData("plural-old", "Microsoft.NET.Sdk.Web", "<TargetFramework/><TargetFrameworks>net10.0; net9.0</TargetFrameworks>", RefusalTests.OldFramework)]
    [InlineData("plural-console", "Microsoft.NET.Sdk", "<TargetFramework/><TargetFrameworks>net10.0</TargetFrameworks>", RefusalTests.NoWebProject)]
    [InlineData("language-12", "Microsoft.NET.Sdk.Web", "<LangVersion>12</LangVersion>", RefusalTests.OldLanguage)]
    [InlineData("language-7.3", "Microsoft.NET.Sdk.Web", "<LangVersion>7.3</LangVersion>", RefusalTests.OldLanguage)]
    [InlineData("language-iso", "Microsoft.NET.Sdk.Web", "<LangVersion>ISO-2</LangVersion>", RefusalTests.OldLanguage)]
    [InlineData("language-plural", "Microsoft.NET.Sdk.Web",
        "<TargetFramework/><TargetFrameworks>net10.0</TargetFrameworks><LangVersion>12.0</LangVersion>", RefusalTests.OldLanguage)]
    [InlineData("language-13", "Microsoft.NET.Sdk.Web", "<LangVersion>13.0</LangVersion>", null)]
    [InlineData("language-latest", "Microsoft.NET.Sdk.Web", "<LangVersion>latest</LangVersion>", null)]
    public async Task A_restored_project_is_looked_at(string name, string sdk, string properties, string? message)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Template.Sandbox, "wired-" + name)).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(folder, name + ".csproj"), WebProject.Replace("Microsoft.NET.Sdk.Web", sdk, StringComparison.Ordinal)
                .Replace("</ImplicitUsings>\n", $"</ImplicitUsings>{properties}\n", StringComparison.Ordinal));
        (await Dotnet.RunAsync(folder, "restore")).ShouldSucceed();
        var before = ReadAll(folder);
        var result = await WiredServers.WireAsync(folder, "--dry-run");

        Assert.Equal(message is null ? 0 : 101, result.ExitCode);
        Assert.Equal(before, ReadAll(folder));
        if (message is not null)
        {
            Assert.Equal(message, RefusalTests.GetMessage(result));
            return;
        }

        (await Template.RunAsync(folder, "mcp-oauth-tool", "-n", "archive", "--scope", "todo:archive", "--no-update-check")).ShouldSucceed();
        var tool = await File.ReadAllTextAsync(Path.Combine(folder, "Tools", "ArchiveTools.cs"));
        Assert.Contains($"namespace {(name == "My-1x.class" ? "My_1x.@class" : name.Replace('-', '_'))}.Tools;", tool, StringComparison.Ordinal);
        Assert.Contains("[RequireScope(\"todo:archive\")]", tool, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_is_one_file_which_is_never_overwritten()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Template.Sandbox, "tool")).FullName;
        var variant = Variants.Items.Single(item => item.Name == "tool");
        Task<CommandResult> AddAsync(params string[] others) => Template.RunAsync(
            folder, ["mcp-oauth-tool", "-n", "archiveTools", "--no-update-check", .. variant.Arguments, .. others]);
        var added = (await AddAsync()).ShouldSucceed();

        Assert.Contains(".WithTools<ArchiveTools>()", added.Output, StringComparison.Ordinal);
        Assert.Contains("Scopes.cs:", added.Output, StringComparison.Ordinal);
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

    // The start page of an app is its own.
    private static string AsWired(string text) => StartPage.Replace(text, "");

    private static JsonObject Read(string folder, string file) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(folder, file)), documentOptions: s_lenient)!.AsObject();

    private static Dictionary<string, string> ReadAll(string folder) => Repository.EnumerateFiles(folder)
        .Where(file => !file.StartsWith("obj/", StringComparison.Ordinal))
        .ToDictionary(file => file, file => File.ReadAllText(Path.Combine(folder, file)));

    [GeneratedRegex(@"\r?\n  ""OAuth"": \{[\s\S]*?\n  \}(?:,|\r?\n)")]
    private static partial Regex OAuthSection { get; }

    [GeneratedRegex(@"^ *endpoints\.MapGet\(""/"", Show\).*\n", RegexOptions.Multiline)]
    private static partial Regex StartPage { get; }

    // The engine writes them, without a line feed at the end.
    [GeneratedRegex(@"^appsettings")]
    private static partial Regex IsSettings { get; }

    [GeneratedRegex(@"^(?:Authorization|DevAuthorizationServer|DevConnectPage|Hosting)/|^Scopes\.cs$")]
    private static partial Regex IsShared { get; }
}
