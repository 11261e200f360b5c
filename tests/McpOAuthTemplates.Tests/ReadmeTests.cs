using System.Net;
using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests;

/// <summary>The first week, as the README of a generated project describes it: each of its blocks is applied, built and called.</summary>
public sealed class ReadmeTests
{
    internal const string Folder = "tests-readme";

    internal static Task<GeneratedProject> CreateAsync() =>
        Template.CreateAsync(
            Folder, "TodoServer", "--tests", "--use-controllers", "--resource", "https://mcp.contoso.com/mcp");

    [Fact]
    public async Task Its_tests_pass_with_what_the_README_adds()
    {
        var results = await GeneratedTestsTests.GetResultsAsync(Folder);

        Assert.All(results, result => Assert.True(result.Outcome == "Passed", $"{result.Method}\n{result.Message}"));
        Assert.Contains("Notes_belong_to_their_user", results.Select(result => result.Method));
        Assert.Contains("A_tool_runs_for_the_user_of_the_token", results.Select(result => result.Method));
    }

    [Fact]
    public async Task What_the_README_adds_works()
    {
        await GeneratedTestsTests.GetResultsAsync(Folder);
        var project = await CreateAsync();
        await using var issuer = await TestIssuer.StartNewAsync();
        var audiences = ReadAudiences(project);
        await using var server = await ServerProcess.StartAsync(
            project.GetAssembly(), project.ContentRoot, "Development",
            [("OAuth__Issuer", issuer.Issuer), .. audiences.Select((audience, index) => ($"OAuth__Audiences__{index}", audience))]);
        string CreateToken(string scope, string? role = null) =>
            issuer.CreateToken(audiences[0], scope, "ada", claims: [("roles", role)]);
        var http = server.Client;
        var reader = CreateToken("notes:read");
        var writer = CreateToken("notes:write");

        // Tools with a scoped service, and scopes that include others.
        await AssertStatusAsync(http.CallToolAsync("add_note", reader, new { text = "Buy milk" }), HttpStatusCode.Forbidden);
        await AssertStatusAsync(http.CallToolAsync("add_note", writer, new { text = "Buy milk" }), HttpStatusCode.OK);
        Assert.Equal("Buy milk", await (await http.CallToolAsync("list_notes", writer)).ReadToolTextAsync());

        // A prompt and a resource.
        var prompt = new { name = "summarize_notes" };
        await AssertStatusAsync(http.SendMcpAsync("prompts/get", CreateToken("other"), prompt), HttpStatusCode.Forbidden);
        await AssertStatusAsync(http.SendMcpAsync("prompts/get", reader, prompt), HttpStatusCode.OK);
        var resource = new { uri = "notes://1" };
        await AssertStatusAsync(http.SendMcpAsync("resources/read", CreateToken("other"), resource), HttpStatusCode.Forbidden);
        using var read = await http.SendMcpAsync("resources/read", reader, resource);
        Assert.Equal("Buy milk", (string?)(await read.ReadMessageAsync())["result"]!["contents"]![0]!["text"]);

        // A role.
        using var refused = await http.CallToolAsync("delete_all_notes", writer);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Empty(refused.Headers.WwwAuthenticate);
        var admin = CreateToken("notes:write", "admin");
        Assert.Equal("1", await (await http.CallToolAsync("delete_all_notes", admin)).ReadToolTextAsync());

        // The audiences, one as good as the other.
        foreach (var (audience, expected) in audiences.Select(audience => (audience, HttpStatusCode.OK)).Append(("other", HttpStatusCode.Unauthorized)))
        {
            await AssertStatusAsync(http.CallToolAsync("whoami", issuer.CreateToken(audience)), expected);
        }

        // Sessions.
        var client = new { protocolVersion = "2025-11-25", capabilities = new { }, clientInfo = new { name = "tests", version = "1" } };
        using var initialized = await http.SendMcpAsync("initialize", reader, client);
        Assert.True(initialized.Headers.Contains("Mcp-Session-Id"));

        // REST, and its description.
        await AssertStatusAsync(http.GetAsync("/api/notes"), HttpStatusCode.Unauthorized);
        var description = JsonNode.Parse(await http.GetStringAsync("/openapi/v1.json"))!;
        Assert.Equal(["/api/notes"], description["paths"]!.AsObject().Select(path => path.Key));
    }

    /// <summary>Other variants have some of the blocks, and none that is not tested here.</summary>
    [Theory]
    [MemberData(nameof(Variants.ReviewedRows), MemberType = typeof(Variants))]
    public async Task Other_projects_have_the_same_blocks(Variant variant)
    {
        var tested = ReadmeSnippets.Read(await CreateAsync()).Where(snippet => snippet.Language == "csharp");
        var snippets = ReadmeSnippets.Read(await Template.CreateAsync(variant)).Where(snippet => snippet.Language == "csharp").ToArray();

        Assert.InRange(snippets.Length, 6, tested.Count());
        Assert.Empty(snippets.Except(tested));
    }

    private static string[] ReadAudiences(GeneratedProject project)
    {
        var snippet = Assert.Single(ReadmeSnippets.Read(project), snippet => snippet.Language == "json");
        return JsonNode.Parse($"{{ {snippet.Code} }}")!["Audiences"]!.AsArray().Select(audience => (string)audience!).ToArray();
    }

    private static async Task AssertStatusAsync(Task<HttpResponseMessage> call, HttpStatusCode expected)
    {
        using var response = await call;
        Assert.Equal(expected, response.StatusCode);
    }
}
