using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests;

/// <summary>What becomes of --scopes. BuildTests compiles each row.</summary>
public sealed partial class ScopeTableTests
{
    private static readonly string[] s_defaultScopes = ["todo:read", "todo:write"];

    [Theory]
    [MemberData(nameof(ScopeTable.Rows), MemberType = typeof(ScopeTable))]
    public async Task Each_scope_has_its_constant(ScopeList row)
    {
        var scopes = (await GeneratedProjects.CreateAsync(row)).Read("Scopes.cs");
        var constants = Constant.Matches(scopes).Select(match => (match.Groups[1].Value, match.Groups[2].Value));
        var all = AllList.Match(scopes).Groups[1].Value
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(row.Expected, constants);
        Assert.Equal(row.Expected.Select(pair => pair.Identifier), all);
        Assert.Equal(HasTodoSample(row), scopes.Contains("[TodoWrite] = [TodoRead] };", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(ScopeTable.Rows), MemberType = typeof(ScopeTable))]
    public async Task Each_scope_has_its_description_in_Scopes_and_in_the_README(ScopeList row)
    {
        var project = await GeneratedProjects.CreateAsync(row);
        var inCode = Described.Matches(project.Read("Scopes.cs")).Select(match => (match.Groups[2].Value, match.Groups[1].Value));
        var inReadme = TableRow.Matches(project.Read("README.md").Split("\n## Scopes\n")[1].Split("\n## ")[0])
            .Select(match => (Escaped.Replace(match.Groups[1].Value, "$1"), match.Groups[2].Value));
        var expected = row.Expected.Select(pair => (pair.Scope, pair.Scope switch
        {
            "todo:read" => "See your todos.",
            "todo:write" => "Add todos and complete them.",
            _ => "Say what this scope allows.",
        })).ToArray();

        Assert.Equal(expected, inCode);
        Assert.Equal(expected.Select(pair => pair.Scope), inReadme.Select(pair => pair.Item1));
        Assert.All(inReadme, pair => Assert.Contains(expected, other => other.Item2 == pair.Item2));
    }

    [Theory]
    [MemberData(nameof(ScopeTable.Rows), MemberType = typeof(ScopeTable))]
    public async Task Each_scope_has_its_tool(ScopeList row)
    {
        var project = await GeneratedProjects.CreateAsync(row);
        Assert.Equal(HasTodoSample(row), project.Files.Contains("Tools/TodoTools.cs"));
        Assert.Equal(HasTodoSample(row), project.Files.Contains("Todos/TodoStore.cs"));
        Assert.Equal(!HasTodoSample(row), project.Files.Contains("Tools/SampleTools.cs"));
        if (HasTodoSample(row))
        {
            return;
        }

        var tools = SampleTool.Matches(project.Read("Tools/SampleTools.cs"))
            .Select(match => (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value, match.Groups[4].Value));
        Assert.Equal(row.Expected.Select(pair => (pair.Scope, pair.Identifier, "Use" + pair.Identifier, pair.Identifier)), tools);

        // The SDK names a tool after its method; the .http file calls the first one.
        var firstTool = JsonNamingPolicy.SnakeCaseLower.ConvertName("Use" + row.Expected[0].Identifier);
        Assert.Contains($$"""{ "name": "{{firstTool}}" }""", project.Read(project.Name + ".http"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_with_odd_scopes_starts_and_asks_for_exactly_these()
    {
        await using var server = await GeneratedProjects.StartAsync(GeneratedProjects.CreateAsync(ScopeTable.Started));
        using var body = new StringContent("{}", Encoding.UTF8, "application/json");
        using var response = await server.Client.PostAsync("/mcp", body);
        var scopes = ScopeTable.Started.Expected.Select(pair => pair.Scope).ToArray();

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(
            $"Bearer realm=\"OAuth\", resource_metadata=\"{server.Address}.well-known/oauth-protected-resource/mcp\", "
                + $"scope=\"{string.Join(' ', scopes)}\"",
            response.GetChallenge());

        using var metadata = JsonDocument.Parse(await server.Client.GetStringAsync("/.well-known/oauth-protected-resource"));
        var supported = metadata.RootElement.GetProperty("scopes_supported").EnumerateArray();
        Assert.Equal(scopes, supported.Select(scope => scope.GetString()));
    }

    private static bool HasTodoSample(ScopeList row) =>
        row.Expected.Select(pair => pair.Scope).Order().SequenceEqual(s_defaultScopes);

    [GeneratedRegex("""^    public const string (\w+) = "(.*)";$""", RegexOptions.Multiline)]
    private static partial Regex Constant { get; }

    [GeneratedRegex("""^    \[Description\("(.*)"\)\]\n    public const string \w+ = "(.*)";$""", RegexOptions.Multiline)]
    private static partial Regex Described { get; }

    [GeneratedRegex(@"^\| (?!scope \|)(.*) \| (.*) \|$", RegexOptions.Multiline)]
    private static partial Regex TableRow { get; }

    [GeneratedRegex(@"\\([!-/:-@\[-`{-~])")]
    private static partial Regex Escaped { get; }

    [GeneratedRegex("""^    public static IReadOnlyList<string> All { get; } = \[([^\]]*)\];$""", RegexOptions.Multiline)]
    private static partial Regex AllList { get; }

    [GeneratedRegex("""
        ^    \[McpServerTool\(
                Title = "Use .*",
                ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false\)\]
            \[Description\("A sample that requires the scope (.*)\."\)\]
            \[RequireScope\(Scopes\.(\w+)\)\]
            public static string (\w+)\(ClaimsPrincipal user\) => Answer\(user, Scopes\.(\w+)\);$
        """, RegexOptions.Multiline)]
    private static partial Regex SampleTool { get; }
}
