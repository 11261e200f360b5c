using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests;

/// <summary>An option with its value, and what is said to it.</summary>
public sealed record Input(string Option, string Value, string Message = "", string Template = "mcp-oauth")
{
    public override string ToString() => JsonSerializer.Serialize($"{Template} {Option} {Value}");
}

/// <summary>
/// Bad input is refused with our own words, before a file is written. How that works is not documented (see "Refuse bad input" in
/// CONTRIBUTING.md), so this pins it, each rule once through the real command line.
/// </summary>
public sealed partial class RefusalTests
{
    /// <summary>With the frame, five lines of 80 columns.</summary>
    private const int LongestMessage = 320;

    private const string InvalidScopes = "--scopes: a scope can contain printable ASCII characters except the double quote "
        + "and the backslash (RFC 6749, section 3.3). Separate scopes with commas or spaces. Nothing was generated.";

    private const string NoScopes = "--scopes: specify at least one scope, such as todo:read. Nothing was generated.";

    private const string TooManyScopes = "--scopes: specify at most 32 scopes, so that the challenge fits into a header. Add "
        + "more to Scopes.cs later. Nothing was generated.";

    private const string ScopesTooAlike = "--scopes: at most five scopes can share a name in C#, as todo:read and todo.read "
        + "share TodoRead. Leave some out, and add them to Scopes.cs with other names later. Nothing was generated.";

    private const string ReservedName = "--name: .NET, Aspire, OpenTelemetry or the MCP SDK uses this name, so the project would "
        + "not build or start. Choose another one. Nothing was generated.";

    private const string InvalidName = "--name: a project name cannot contain two consecutive dots, control characters or any "
        + "of \" $ % * / : ; < > ? \\ | . Choose another one. Nothing was generated.";

    private const string InvalidAuthority = "--authority: specify the issuer as an absolute URL without a query or a "
        + "fragment, such as https://auth.example.com. Nothing was generated.";

    private const string InvalidResource = "--resource: specify the public URL of the MCP endpoint, such as "
        + "https://mcp.example.com/mcp: absolute, with the host in lower case, and without a query, a fragment or a trailing "
        + "slash. Nothing was generated.";

    private const string InvalidAudience = "--audience: specify one value of printable ASCII characters without spaces, "
        + "double quotes or backslashes. Nothing was generated.";

    private const string NoEnvironment = "--authority: for scalekit, specify the environment URL without a path, such as "
        + "https://acme.scalekit.com. --audience, the resource id, completes it. Nothing was generated.";

    private const string NoTenant = "--authority: for entra, specify https://login.microsoftonline.com/TENANT-ID/v2.0. common, "
        + "organizations and consumers are not issuers: each token names its own tenant. v1 issuers (sts.windows.net) are not "
        + "supported. Nothing was generated.";

    private const string NoSlash = "--authority: for auth0, specify https://, the domain and a trailing slash, such as "
        + "https://acme.eu.auth0.com/, as its tokens do. Nothing was generated.";

    private const string NoRealm = "--authority: for keycloak, specify the URL of the realm, such as "
        + "https://login.example.com/realms/todos. Nothing was generated.";

    private const string NoCustomServer = "--authority: for okta, specify the issuer of a custom authorization server, such "
        + "as https://acme.okta.com/oauth2/default. Tokens of the org authorization server (https://acme.okta.com) "
        + "are only for APIs of Okta itself. Nothing was generated.";

    private const string NoUserPool = "--authority: for cognito, specify "
        + "https://cognito-idp.REGION.amazonaws.com/USER-POOL-ID, not the domain of the sign-in page. Nothing was generated.";

    private const string NoResourceId = "--audience: for scalekit, specify the resource id, such as res_123456. Nothing was "
        + "generated.";

    private const string NoAudience = "--audience: access tokens of cognito have no audience. Leave the option out, and set "
        + "OAuth:RequiredClaims:client_id later. Nothing was generated.";

    private const string AotContradictsControllers = "--aot: ASP.NET Core does not support controllers with Native AOT. Leave "
        + "out --aot or --use-controllers. Nothing was generated.";

    private const string AspireNeedsLaunchSettings = "--aspire: the AppHost reads its ports and that of the server from "
        + "launchSettings.json. Leave out --aspire or --exclude-launch-settings. Nothing was generated.";

    private const string NoExchange = "--downstream: Scalekit and Stytch do not document token exchange. Leave out --downstream, "
        + "and call the API with client credentials of the server itself. The API must then trust the server to say who the "
        + "user is. Nothing was generated.";

    private const string AiHostsContradict = "--ai-hosts: none cannot be combined with other hosts. Nothing was generated.";

    private const string InvalidPort = "--http-port: specify a port from 1 to 65535, or 0 for a random one. Nothing was "
        + "generated.";

    private const string BlockedPort = "--http-port: browsers and Node.js do not connect to this port, a \"bad port\" of the "
        + "Fetch standard. Choose another one, such as 5100. Nothing was generated.";

    internal const string FolderOfServer = "This folder belongs to a web project, which would also compile the tests. Run the "
        + "command in the folder above it, or in the folder of the solution, for example: dotnet new mcp-oauth-tests -n "
        + "TodoServer.Tests. Nothing was generated.";

    private const string UnknownServer = "--name: use the name of the server followed by .Tests, such as TodoServer.Tests, or "
        + "specify the project of the server with --server. Nothing was generated.";

    private const string InvalidServer = "--server: specify the path of the server's project file, relative to the folder of "
        + "the tests, such as ../TodoServer/TodoServer.csproj. Nothing was generated.";

    private const string ReservedTestName = "--name: .NET, the MCP SDK or xunit uses this name, so the tests would not build. "
        + "Choose another one. Nothing was generated.";

    private const string InvalidTestName = "--name: the name of a test project cannot contain two consecutive dots, control "
        + "characters or any of \" $ % * / : ; < > ? \\ | . Choose another one. Nothing was generated.";

    internal const string NoWebProject = "This is not a C# project with the SDK Microsoft.NET.Sdk.Web. OAuth requires HTTP, "
        + "so move a stdio server to Streamable HTTP first: see \"From stdio to HTTP\" in the README of McpOAuthTemplates. "
        + "Nothing was generated.";

    internal const string OldFramework = "All target frameworks of the project must be net10.0 or later. Nothing was "
        + "generated.";

    internal const string OldLanguage = "The code requires C# 13 or later: remove LangVersion from the project, or set "
        + "<LangVersion>latest</LangVersion>. Nothing was generated.";

    internal const string NoImplicitUsings = "The code requires <Nullable>enable</Nullable> and "
        + "<ImplicitUsings>enable</ImplicitUsings> in the project file. Nothing was generated.";

    private const string NoProject = "There is no restored project in this folder. Go to the folder of the MCP server and run "
        + "'dotnet restore', or specify the namespace of the project with --namespace. If there is more than one project, "
        + "specify the file with --project. Nothing was generated.";

    private const string InvalidNamespace = "--namespace: specify C# identifiers separated by dots, such as "
        + "Contoso.TodoServer. Nothing was generated.";

    private const string InvalidToolName = "--name: specify a name of at most 51 ASCII letters and digits for the tool, such "
        + "as Archive. Nothing was generated.";

    private const string InvalidScope = "--scope: specify the scope that the tool requires, such as todo:archive, in "
        + "printable ASCII characters except the space, the double quote and the backslash (RFC 6749, section 3.3). Nothing "
        + "was generated.";

    /// <summary>The "bad ports" of the Fetch standard (https://fetch.spec.whatwg.org/#port-blocking), but for 0.</summary>
    private static readonly int[] s_badPorts =
    [
        1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113,
        115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556,
        563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667,
        6668, 6669, 6679, 6697, 10080,
    ];

    /// <summary>Those for what a restored project says are tested by WiringTests and GeneratedTestsTests.</summary>
    private static readonly string[] s_refusedProjects = [FolderOfServer, NoWebProject, OldFramework, OldLanguage, NoImplicitUsings];

    /// <summary>The options whose rows have others behind the value, which contradict it.</summary>
    private static readonly string[] s_contradicting =
        ["--ai-hosts", "--aot", "--aspire", "--downstream", "--provider"];

    private static readonly (string Message, string Option, string[] Values)[] s_refusedForWiring =
    [
        (NoProject, "--dev-auth", ["true"]),
        (InvalidNamespace, "--namespace", ["1a", "a b", "a.", ".a", "a..b", "a-b", "a\"b", "a;b", "a\n", " "]),
        (InvalidScopes, "--scopes", ["a\"b"]),
        (InvalidResource, "--resource", ["https://mcp.example.com/mcp/"]),
    ];

    private static readonly (string Message, string Option, string[] Values)[] s_refusedForTool =
    [
        (NoProject, "--scope", ["todo:archive"]),
        (InvalidNamespace, "--namespace", ["a b"]),
        (InvalidToolName, "-n", ["a b", "1a", "a.b", "a_b", "Tâche", "a\"b", new string('a', 52)]),
        (InvalidScope, "--scope", ["", "a b", "a\"b", "a\\b", "tâche:lire", "a\n"]),
    ];

    private static readonly (string Message, string Option, string[] Values)[] s_refused =
    [
        (InvalidScopes, "--scopes", [
            "a\"b", "a\\b", "tâche:lire", "日本", "a\u0001b", "a\u007Fb", "todo:read \u200B",
            "a\"); System.Environment.Exit(1); (\""]),
        (NoScopes, "--scopes", ["", " , ", "\t\n"]),
        (TooManyScopes, "--scopes", [string.Join(' ', Enumerable.Range(1, 33).Select(number => $"s{number}:x"))]),
        (ScopesTooAlike, "--scopes", [
            "a:b a.b a-b a_b a/b a+b", "* + - . / ~", "todo:read Todo:read todo:Read TODO:READ x todo.read todo-read"]),
        (ReservedName, "-n", [
            "System", "system.Web", "Microsoft.Foo", "Microsoft", "ModelContextProtocol",
            "ModelContextProtocol.AspNetCore", "OpenTelemetry", "Aspire.Hosting", "Program", "program"]),
        (InvalidName, "-n", ["a\"b", "a;b", "a$(x)", "a%20b", "a:b", "a<b", "a*", "a?", "a|b", "a\u0001b", "a\nb", "a..b"]),
        (InvalidAuthority, "--authority", [
            "auth.example.com", "//auth.example.com", "javascript:alert(1)", "file:///etc/passwd", "ftp://a.example.com",
            "https://", "", " ", "https://a.example.com#f", "https://a.example.com?tenant=1", "https://a.example.com/\"",
            "https://a.example.com/a b", "https://user@a.example.com", "https://a.example.com\n", "https://a.example.com\\b",
            "https://ä.example.com", "https://a.example.com:65536", "https://../"]),
        (InvalidResource, "--resource", [
            "https://mcp.example.com/", "https://mcp.example.com/mcp/", "https://MCP.example.com/mcp",
            "https://mcp.example.com/mcp#f", "https://mcp.example.com/mcp?x=1", "/mcp", "mcp.example.com/mcp", "", " ",
            "https://mcp.example.com/m cp", "https://mcp.example.com//mcp", "https://mcp.example.com/{id}",
            "https://user@mcp.example.com/mcp", "https://mcp.example.com/mcp\n", "HTTPS://mcp.example.com/mcp",
            "javascript:alert(1)", "https://mcp.example.com/\"", "https://mcp.example.com:/mcp", "https://mcp.example.com:99999/mcp",
            "https://mcp.example.com:443/mcp", "https://10.1/mcp", "https://mcp.1/mcp", "https://../mcp", "https://-a.example.com/mcp", "https://mcp.example.com/../mcp", "https://mcp.example.com/."]),
        (InvalidAudience, "--audience", [" ", "a b", "a\"b", "a\\b", "ä", "a\u0001"]),
        (InvalidPort, "--http-port", ["-1", "65536", "9999999999"]),
        (BlockedPort, "--http-port", ["6000", "06000", .. s_badPorts.Select(port => $"{port}")]),
        (NoEnvironment, "--provider", [
            "scalekit --authority https://acme.scalekit.com/resources/res_1", "scalekit --authority https://acme.scalekit.com/"]),
        (NoTenant, "--provider", [
            "entra --authority https://login.microsoftonline.com/common/v2.0",
            "entra --authority https://login.microsoftonline.com/organizations/v2.0",
            "entra --authority https://sts.windows.net/8c1f2b1e-0b1d-4f6a-9d53-2f7f0a6a0c11/",
            "entra --authority https://login.microsoftonline.com/8c1f2b1e-0b1d-4f6a-9d53-2f7f0a6a0c11/v2.0/"]),
        (NoSlash, "--provider", ["auth0 --authority https://acme.eu.auth0.com", "auth0 --authority https://acme.eu.auth0.com/oauth/"]),
        (NoRealm, "--provider", [
            "keycloak --authority https://login.contoso.com", "keycloak --authority https://login.contoso.com/realms/",
            "keycloak --authority https://login.contoso.com/realms/contoso/"]),
        (NoCustomServer, "--provider", [
            "okta --authority https://acme.okta.com", "okta --authority https://acme.okta.com/oauth2",
            "okta --authority https://acme.okta.com/oauth2/default/"]),
        (NoUserPool, "--provider", [
            "cognito --authority https://acme.auth.eu-west-1.amazoncognito.com",
            "cognito --authority https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a/"]),
        (NoResourceId, "--provider", ["scalekit --audience https://mcp.contoso.com/mcp"]),
        (NoAudience, "--provider", ["cognito --audience 1example23456789"]),
        (AotContradictsControllers, "--aot", ["true --use-controllers", "true --use-controllers true --ai-hosts none"]),
        (AspireNeedsLaunchSettings, "--aspire", ["true --exclude-launch-settings"]),
        (NoExchange, "--provider", ["scalekit --downstream", "stytch --downstream"]),
        (AiHostsContradict, "--ai-hosts", ["none --ai-hosts vscode", "cursor --ai-hosts none --ai-hosts claude"]),
    ];

    private static readonly (string Message, string Option, string[] Values)[] s_refusedForTests =
    [
        (UnknownServer, "-n", ["Todo", "TodoTests", ".Tests", "Todo.tests", "Todo.Tests.Web"]),
        (InvalidServer, "--server", [
            "TodoServer", "../TodoServer", "../TodoServer/", "../TodoServer/TodoServer.fsproj", "../.csproj", " ", "a\"b.csproj",
            "$(Server).csproj", "../*/Todo.csproj", "a;b.csproj", "a<b.csproj", "a\nb.csproj", "Todo.csproj\n"]),
        (ReservedTestName, "-n", ["System.Tests", "microsoft.Foo.Tests", "ModelContextProtocol.Tests", "xunit.Tests", "Program.Tests"]),
        (InvalidTestName, "-n", ["a\"b.Tests", "a$(x).Tests", "a..Tests", "a<b.Tests", "a;b.Tests"]),
    ];

    private static readonly Input[] s_allRefused =
    [
        .. from rule in s_refused from value in rule.Values select new Input(rule.Option, value, rule.Message),
        .. from rule in s_refusedForTests
           from value in rule.Values
           select new Input(rule.Option, value, rule.Message, "mcp-oauth-tests"),
        .. from rule in s_refusedForWiring
           from value in rule.Values
           select new Input(rule.Option, value, rule.Message, "mcp-oauth-wiring"),
        .. from rule in s_refusedForTool
           from value in rule.Values
           select new Input(rule.Option, value, rule.Message, "mcp-oauth-tool"),
    ];

    /// <summary>The first of each rule goes through the command line, the others are refused by the same engine in process.</summary>
    private static readonly HashSet<Input> s_frontDoor = [.. s_allRefused.DistinctBy(input => (input.Template, input.Message))];

    public static TheoryData<Input> Refused => new(s_allRefused);

    public static TheoryData<Input> Accepted { get; } =
    [
        new("--http-port", "2"),
        new("--http-port", "5059"),
        new("--http-port", "60000"),
        new("--http-port", "65535"),
        new("--resource", "https://mcp.example.com"),
        new("--resource", "https://mcp.example.com:8443/mcp"),
        new("--resource", "http://localhost:5100/mcp"),
        new("--resource", "https://10.0.0.1/mcp"),
        new("--resource", "https://[2001:db8::1]:8443/mcp"),
        new("--resource", "https://mcp.example.com/a/b-c_d.e~f"),
        new("--authority", "https://Login.Example.com:8443/realms/My%20Realm/"),
        new("--authority", "http://[::1]:8080/issuer"),
        new("--audience", "api://0b4f3c2e-todo/'{x}'"),
        new("-n", "Systems"),
        new("-n", "Programs.Microsoft.System"),
    ];

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Bad_input_is_refused(Input input)
    {
        var isFrontDoor = s_frontDoor.Contains(input);
        var (folder, result) = await RunAsync(input, isFrontDoor);

        Assert.Equal(101, result.ExitCode);
        Assert.Equal(input.Message, GetMessage(result));
        Assert.Empty(Repository.EnumerateFiles(folder));
        if (isFrontDoor)
        {
            AssertShortestFrame(input.Message, result);
        }
    }

    /// <summary>A terminal and the message box of a dialog wrap one line where they have to. Line breaks of ours would be in the way.</summary>
    [Fact]
    public void A_refusal_is_one_paragraph()
    {
        Assert.All(EnumerateRules(), rule =>
        {
            var (setting, text) = Assert.Single(rule["configuration"]!.AsObject());
            var message = (string)text!;

            Assert.Equal("evaluator", setting);
            Assert.Matches(@"^(--[a-z]+(-[a-z]+)*: [A-Za-z.]|[A-Z])", message);
            Assert.EndsWith(". Nothing was generated.", message, StringComparison.Ordinal);
            Assert.DoesNotMatch(@"[^\S ]|  ", message);
            Assert.InRange(message.Length, 0, LongestMessage);
        });
    }

    /// <summary>The engine says that in the language of the user, without our words.</summary>
    [Fact]
    public async Task A_scope_that_is_missing_is_named()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Template.Sandbox, "inputs", "no-scope")).FullName;
        var result = await Template.RunAsync(
            folder, "mcp-oauth-tool", "-n", "Archive", "--namespace", "Todos", "--no-update-check");

        Assert.Equal(102, result.ExitCode);
        Assert.StartsWith(
            "Missing mandatory option(s) for the template 'MCP Tool with an OAuth Scope': '--scope'.", result.Error.Trim(), StringComparison.Ordinal);
        Assert.Empty(Repository.EnumerateFiles(folder));
    }

    [Fact]
    public void A_random_port_is_one_that_browsers_connect_to()
    {
        var range = TemplateConfiguration.Read("mcp-oauth").Root["symbols"]!["randomPort"]!["parameters"]!;

        Assert.DoesNotContain(s_badPorts, port => port >= (int)range["low"]! && port <= (int)range["high"]!);
    }

    /// <summary>What the command line refuses by itself.</summary>
    [Theory]
    [InlineData("--http-port", "abc", "Cannot parse argument 'abc' for option '--http-port' as expected type 'Int64'.")]
    [InlineData("--framework", "net8.0", "'net8.0' is not a valid value for --framework.")]
    [InlineData("--dev-auth", "maybe", "'maybe' is not a valid option")]
    public async Task A_value_of_the_wrong_type_is_refused(string option, string value, string message)
    {
        var (folder, result) = await RunAsync(new(option, value), frontDoor: true);

        Assert.Equal(127, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Empty(Repository.EnumerateFiles(folder));
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public async Task Unusual_input_is_accepted(Input input)
    {
        var (folder, result) = await RunAsync(input, frontDoor: false);

        result.ShouldSucceed();
        Assert.Contains(Repository.EnumerateFiles(folder).Where(file => file.EndsWith(".json", StringComparison.Ordinal)), file =>
            File.ReadAllText(Path.Combine(folder, file)).Contains(input.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void Each_rule_of_the_templates_has_a_row()
    {
        var rules = EnumerateRules().Select(rule => (string)rule["configuration"]!["evaluator"]!);

        Assert.Equal(
            rules.Distinct().Order(),
            s_refused.Concat(s_refusedForTests).Concat(s_refusedForWiring).Concat(s_refusedForTool)
                .Select(rule => rule.Message).Concat(s_refusedProjects).Distinct().Order());
    }

    private static IEnumerable<JsonNode> EnumerateRules() =>
        from template in TemplateConfiguration.All
        let operations = TemplateConfiguration.Read(template).Root["SpecialCustomOperations"]?["refused-input"]?["operations"]
        from operation in operations?.AsArray() ?? []
        select operation;

    /// <summary>All that a person sees on the command line.</summary>
    private static void AssertShortestFrame(string message, CommandResult result)
    {
        string[] lines =
        [
            "Failed to create template.",
            $"Details: Unrecognized evaluator: '{message}'.",
            "",
            "For details on the exit code, refer to https://aka.ms/templating-exit-codes#101",
        ];

        Assert.Equal(string.Join('\n', lines), result.Error.ReplaceLineEndings("\n").Trim());
        Assert.Equal("", result.Output.Trim());
    }

    private static async Task<(string Folder, CommandResult Result)> RunAsync(Input input, bool frontDoor)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Template.Sandbox, "inputs", Guid.NewGuid().ToString("N"))).FullName;
        var isItem = input.Template is "mcp-oauth-wiring" or "mcp-oauth-tool";
        string[] others =
        [
            .. input.Option == "-n" ? [] : new[] { "-n", isItem ? "Todos" : "Todos.Tests" },
            .. isItem ? [] : new[] { "--no-restore" },
            .. isItem && input.Option != "--namespace" && input.Message != NoProject ? new[] { "--namespace", "Todos" } : [],
            .. input.Template == "mcp-oauth-tool" && input.Option != "--scope" ? new[] { "--scope", "todo:archive" } : [],
        ];

        string[] values = s_contradicting.Contains(input.Option) ? input.Value.Split(' ') : [input.Value];
        string[] arguments = [input.Template, .. others, "-o", "out", input.Option, .. values, "--no-update-check"];
        return (folder, await (frontDoor ? Template.RunAsync(folder, arguments) : TemplateEngine.RunAsync(folder, arguments)));
    }

    /// <summary>What was said, without the words of the engine around it.</summary>
    internal static string GetMessage(CommandResult result)
    {
        var message = Message.Match(result.Error);
        return message.Success ? message.Groups[1].Value : result.Text;
    }

    [GeneratedRegex(@"Unrecognized evaluator: '(.*)'\.\s+For details")]
    private static partial Regex Message { get; }
}
