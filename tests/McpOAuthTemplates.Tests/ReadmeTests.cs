using System.Net;
using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests;

/// <summary>A server to which its owner has added what the README of a generated project shows.</summary>
public sealed class ReadmeServer : IAsyncLifetime
{
    internal const string Folder = "tests-readme";

    internal TestIssuer Issuer { get; } = new();

    internal ServerProcess Server { get; private set; } = null!;

    /// <summary>The audiences in the README: that of the resource, and a second one.</summary>
    internal string[] Audiences { get; private set; } = [];

    internal static Task<GeneratedProject> CreateAsync() =>
        Template.CreateAsync(
            Folder, "TodoServer", "--tests", "--use-controllers", "--downstream", "--resource", "https://mcp.contoso.com/mcp");

    public async Task InitializeAsync()
    {
        await GeneratedTestsTests.GetResultsAsync(Folder);
        var project = await CreateAsync();
        Audiences = ReadAudiences(project);
        await Issuer.StartAsync();
        Server = await ServerProcess.StartAsync(
            project.GetAssembly(),
            project.ContentRoot,
            "Development",
            ("OAuth__Issuer", Issuer.Issuer),
            ("OAuth__Audiences__0", Audiences[0]),
            ("OAuth__Audiences__1", Audiences[1]),
            ("Downstream__Invoices__ClientSecret", "secret"));
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        await Issuer.DisposeAsync();
    }

    internal Task<HttpResponseMessage> CallToolAsync(string tool, string token, object? arguments = null) =>
        SendAsync("tools/call", token, new { name = tool, arguments = arguments ?? new { } });

    // Clients of earlier revisions would have to begin a session.
    internal Task<HttpResponseMessage> SendAsync(string method, string token, object parameters) =>
        Server.Client.SendMcpAsync(method, token, parameters, "2026-07-28");

    internal string CreateToken(string scope, string user, string? role = null) =>
        Issuer.CreateToken(Audiences[0], scope, user, claims: [("roles", role)]);

    internal string CreateTokenFor(string audience) => Issuer.CreateToken(audience);

    private static string[] ReadAudiences(GeneratedProject project)
    {
        var snippet = Assert.Single(ReadmeSnippets.Read(project), snippet => snippet is { Language: "json", Place: "" });
        var audiences = JsonNode.Parse($"{{ {snippet.Code} }}")![nameof(Audiences)]!.AsArray();
        return [.. audiences.Select(audience => (string)audience!)];
    }
}

/// <summary>
/// The first week in the README of a generated project: each of its blocks is applied, built and
/// called.
/// </summary>
public sealed class ReadmeTests(ReadmeServer server) : IClassFixture<ReadmeServer>
{
    [Fact]
    public async Task Its_tests_pass_with_what_the_README_adds()
    {
        var results = await GeneratedTestsTests.GetResultsAsync(ReadmeServer.Folder);
        var failed = results.Where(result => result.Outcome != "Passed");
        var methods = results.Select(result => result.Method).ToArray();

        Assert.Empty(failed);
        Assert.Contains("Notes_belong_to_their_user", methods);
        Assert.Contains("Invoices_come_from_the_API", methods);
        Assert.Contains("A_tool_runs_for_the_user_of_the_token", methods);
    }

    [Fact]
    public async Task Tools_use_a_scoped_service_and_a_scope_includes_another()
    {
        var reader = server.CreateToken("notes:read", "ada");
        var writer = server.CreateToken("notes:write", "ada");
        var note = new { text = "Buy milk" };
        await AssertStatusAsync(server.CallToolAsync("add_note", reader, note), HttpStatusCode.Forbidden);
        await AssertStatusAsync(server.CallToolAsync("add_note", writer, note), HttpStatusCode.OK);
        using var list = await server.CallToolAsync("list_notes", writer);

        Assert.Contains("Buy milk", await list.ReadToolTextAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("notes:read", HttpStatusCode.OK)]
    [InlineData("other", HttpStatusCode.Forbidden)]
    public async Task A_prompt_requires_its_scope(string scope, HttpStatusCode expected)
    {
        var token = server.CreateToken(scope, "ada");
        var call = server.SendAsync("prompts/get", token, new { name = "summarize_notes" });

        await AssertStatusAsync(call, expected);
    }

    [Fact]
    public async Task A_resource_requires_its_scope_and_belongs_to_its_user()
    {
        var writer = server.CreateToken("notes:write", "grace");
        var other = server.CreateToken("other", "grace");
        var add = server.CallToolAsync("add_note", writer, new { text = "Call Ada" });
        await AssertStatusAsync(add, HttpStatusCode.OK);
        var read = server.SendAsync("resources/read", other, new { uri = "notes://1" });
        await AssertStatusAsync(read, HttpStatusCode.Forbidden);

        Assert.Equal(["Call Ada"], await ReadNotesAsync("grace"));
        Assert.Empty(await ReadNotesAsync("nobody"));
    }

    [Fact]
    public async Task A_role_is_required_without_a_challenge()
    {
        var token = server.CreateToken("notes:write", "eve");
        using var refused = await server.CallToolAsync("delete_all_notes", token);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Empty(refused.Headers.WwwAuthenticate);
    }

    [Fact]
    public async Task Both_audiences_are_accepted_and_no_other()
    {
        await AssertAudienceAsync(server.Audiences[0], HttpStatusCode.OK);
        await AssertAudienceAsync(server.Audiences[1], HttpStatusCode.OK);
        await AssertAudienceAsync("other", HttpStatusCode.Unauthorized);

        Task AssertAudienceAsync(string audience, HttpStatusCode expected) =>
            AssertStatusAsync(server.CallToolAsync("whoami", server.CreateTokenFor(audience)), expected);
    }

    [Fact]
    public async Task Initialize_begins_a_session()
    {
        var token = server.CreateToken("notes:read", "ada");
        var client = new
        {
            protocolVersion = "2025-11-25",
            capabilities = new { },
            clientInfo = new { name = "tests", version = "1" },
        };
        using var response = await server.Server.Client.SendMcpAsync("initialize", token, client);

        Assert.True(response.Headers.Contains("Mcp-Session-Id"));
    }

    [Fact]
    public async Task The_REST_API_is_protected_and_described()
    {
        var http = server.Server.Client;
        await AssertStatusAsync(http.GetAsync("/api/notes"), HttpStatusCode.Unauthorized);
        var description = JsonNode.Parse(await http.GetStringAsync("/openapi/v1.json"))!;

        Assert.Equal(["/api/notes"], description["paths"]!.AsObject().Select(path => path.Key));
    }

    /// <summary>Other variants have some of the blocks, and none that is not tested here.</summary>
    [Theory]
    [MemberData(nameof(Variants.ReviewedRows), MemberType = typeof(Variants))]
    public async Task Other_projects_have_the_same_blocks(Variant variant)
    {
        var tested = ReadCode(await ReadmeServer.CreateAsync());
        var snippets = ReadCode(await Template.CreateAsync(variant));

        Assert.InRange(snippets.Length, 6, tested.Length);
        Assert.Empty(snippets.Except(tested));
    }

    private static Snippet[] ReadCode(GeneratedProject project) =>
        [.. ReadmeSnippets.Read(project).Where(snippet => snippet.Language == "csharp")];

    // The tests of this class add two, in any order.
    private async Task<List<string>> ReadNotesAsync(string user)
    {
        List<string> notes = [];
        foreach (var id in new[] { 1, 2 })
        {
            var token = server.CreateToken("notes:read", user);
            var resource = new { uri = $"notes://{id}" };
            using var response = await server.SendAsync("resources/read", token, resource);
            if ((await response.ReadMessageAsync())["result"] is { } result)
            {
                notes.Add((string)result["contents"]![0]!["text"]!);
            }
        }

        return notes;
    }

    private static async Task AssertStatusAsync(Task<HttpResponseMessage> call, HttpStatusCode expected)
    {
        using var response = await call;
        Assert.Equal(expected, response.StatusCode);
    }
}
