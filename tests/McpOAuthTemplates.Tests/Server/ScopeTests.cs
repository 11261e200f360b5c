using System.Net;
using System.Text;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Server;

/// <summary>403: which tool needs which scope, in which form the token may have it, and what the challenge says.</summary>
public abstract class ScopeTests(ServerFixture server) : ServerTests(server)
{
    public static TheoryData<string> Revisions => new(McpRequests.Revisions);

    [SkippableTheory]
    [MemberData(nameof(Revisions))]
    public async Task Each_tool_needs_its_scope(string revision)
    {
        (string Tool, string? Scope, int Status)[] table =
        [
            ("list_todos", "todo:read", 200),
            ("list_todos", "todo:write", 200), // implied
            ("list_todos", "other todo:read", 200),
            ("list_todos", "other", 403),
            ("list_todos", null, 403),
            ("add_todo", "todo:write", 200),
            ("add_todo", "todo:read", 403),
            ("complete_todo", "todo:read", 403),
            ("whoami", null, 200),
        ];
        foreach (var (tool, scope, status) in table)
        {
            using var response = await Server.Http.CallToolAsync(
                tool, Server.CreateToken(scope), new { title = "Buy milk", id = 1 }, revision);

            Assert.True(status == (int)response.StatusCode, $"{tool} with {scope ?? "no scope"}: {response.StatusCode}");
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Revisions))]
    public async Task A_missing_scope_gets_the_challenge_to_step_up(string revision)
    {
        using var response = await Server.Http.CallToolAsync("add_todo", Server.CreateToken("todo:read unknown"), revision: revision);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal(
            "Bearer realm=\"OAuth\", error=\"insufficient_scope\", error_description=\"This operation requires the scope todo:write.\", "
            + $"scope=\"todo:read todo:write\", resource_metadata=\"{Server.MetadataUrl}\"",
            response.GetChallenge());
        Assert.Equal(
            """{"error":"insufficient_scope","error_description":"This operation requires the scope todo:write.","scope":"todo:read todo:write"}""",
            await response.Content.ReadAsStringAsync());
    }

    [SkippableFact]
    public async Task The_challenge_does_not_ask_for_what_is_only_implied()
    {
        using var response = await Server.Http.CallToolAsync("list_todos", Server.CreateToken("unknown"));

        Assert.Contains("scope=\"todo:read\", resource_metadata", response.GetChallenge(), StringComparison.Ordinal);
    }

    public static TheoryData<string, object, bool> Claims => new()
    {
        { "scope", "todo:read", true },
        { "scope", "openid todo:read email", true },
        { "scope", new[] { "openid", "todo:read" }, true },
        { "scp", "openid todo:read", true },
        { "scp", new[] { "todo:read" }, true },
        { "permissions", new[] { "todo:read" }, false },
        { "scope", "todo:readx", false },
        { "scope", "TODO:READ", false },
        { "scope", "todo:read,todo:write", false },
        { "scope", "todo:*", false },
        { "scope", "*", false },
        { "scope", "todo", false },
        { "scope", "", false },
        { "roles", new[] { "todo:read" }, false },
        { "scope", 1, false },
    };

    [SkippableTheory]
    [MemberData(nameof(Claims))]
    public async Task Scopes_come_in_the_claims_of_the_providers(string claim, object value, bool expected)
    {
        using var response = await Server.Http.CallToolAsync("list_todos", Server.CreateToken(null, (claim, value)));

        Assert.Equal(expected ? HttpStatusCode.OK : HttpStatusCode.Forbidden, response.StatusCode);
    }

    [SkippableFact]
    public async Task Whoami_tells_subject_client_and_scopes()
    {
        using var response = await Server.Http.CallToolAsync("whoami", Server.CreateToken("todo:read"));

        Assert.Equal("subject: alice\nclient: test-client\nscopes: todo:read", await response.ReadToolTextAsync());
    }

    [SkippableTheory]
    [InlineData("false", "add_todo,complete_todo,list_todos,whoami")]
    [InlineData("true", "list_todos,whoami")]
    public async Task Lists_show_all_tools_unless_they_shall_not(string hide, string expected)
    {
        await using var other = await Server.StartAsync(("OAuth__HideForbiddenTools", hide));
        var token = Server.Issuer.CreateToken(new Uri(other.Address, "mcp").AbsoluteUri, "todo:read");
        foreach (var revision in McpRequests.Revisions)
        {
            using var response = await other.Client.SendMcpAsync("tools/list", token, revision: revision);
            var tools = (await response.ReadMessageAsync())["result"]!["tools"]!.AsArray();
            var names = tools.Select(tool => (string)tool!["name"]!).Order();

            // One style has the sample that calls another API.
            Assert.Equal(expected, string.Join(',', names.Except(["list_orders"])));
        }
    }

    [SkippableFact]
    public async Task A_scope_prefix_is_told_to_clients_and_taken_off_tokens()
    {
        await using var other = await Server.StartAsync(("OAuth__ScopePrefix", "api://todos/"));
        var audience = new Uri(other.Address, "mcp").AbsoluteUri;
        using var none = await other.Client.CallToolAsync("list_todos", token: null);
        Assert.Contains("scope=\"api://todos/todo:read api://todos/todo:write\"", none.GetChallenge(), StringComparison.Ordinal);
        Assert.Contains(
            """ "scopes_supported":["api://todos/todo:read","api://todos/todo:write"] """.Trim(),
            await other.Client.GetStringAsync("/.well-known/oauth-protected-resource/mcp"), StringComparison.Ordinal);

        foreach (var (scope, expected) in new[] { ("api://todos/todo:read", 200), ("todo:read", 200), ("api://other/todo:read", 403) })
        {
            using var response = await other.Client.CallToolAsync("list_todos", Server.Issuer.CreateToken(audience, scope));
            Assert.Equal(expected, (int)response.StatusCode);
        }

        using var more = await other.Client.CallToolAsync("add_todo", Server.Issuer.CreateToken(audience, "todo:read"));
        Assert.Contains("scope=\"api://todos/todo:read api://todos/todo:write\"", more.GetChallenge(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_first_challenge_can_ask_for_less()
    {
        await using var other = await Server.StartAsync(("OAuth__InitialScopes__0", "todo:read"));
        using var response = await other.Client.CallToolAsync("list_todos", token: null);

        Assert.EndsWith("scope=\"todo:read\"", response.GetChallenge(), StringComparison.Ordinal);
    }

    public static TheoryData<string> Disguises =>
    [
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"Name":"add_todo","Arguments":{"title":"x"}}}""",
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami","name":"add_todo","arguments":{"title":"x"}}}""",
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add_todo","name":"whoami","arguments":{"title":"x"}}}""",
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami","NAME":"add_todo","arguments":{"title":"x"}}}""",
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add_todo","arguments":{"title":"x"}},"params":{"name":"whoami"}}""",
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami"},"params":{"name":"add_todo","arguments":{"title":"x"}}}""",
        """{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call","params":{"name":"add_todo","arguments":{"title":"x"}}}""",
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","method":"ping","params":{"name":"add_todo","arguments":{"title":"x"}}}""",
        """{"jsonrpc":"2.0","method":"tools/call","params":{"name":"add_todo","arguments":{"title":"x"}}}""",
        """[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add_todo","arguments":{"title":"x"}}}]""",
        """{"jsonrpc":"2.0","id":1,"method":"tools\/call","params":{"name":"\u0061dd_todo","arguments":{"title":"x"}}}""",
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add_todo ","arguments":{"title":"x"}}}""",
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ADD_TODO","arguments":{"title":"x"}}}""",
        """{"jsonrpc":"2.0","id":1,"method":"TOOLS/CALL","params":{"name":"add_todo","arguments":{"title":"x"}}}""",
        """{"jsonrpc":"2.0","id":"1","method":"tools/call","params":{"_meta":{"name":"whoami"},"name":"add_todo","arguments":{"title":"x"}}}""",
    ];

    [SkippableTheory]
    [MemberData(nameof(Disguises))]
    public async Task No_disguise_gets_past_the_scope(string body)
    {
        var reader = Server.CreateToken("todo:read", ("sub", "disguised"));
        byte[][] encodings = [Encoding.UTF8.GetBytes(body), [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(body)], Encoding.Unicode.GetBytes(body)];
        foreach (var bytes in encodings)
        {
            foreach (var charset in new[] { "", "; charset=utf-8", "; charset=utf-16", "; charset=utf-16le" })
            {
                foreach (var name in new[] { null, "whoami", "add_todo" })
                {
                    using var request = McpRequests.Create("tools/call", reader, revision: name is null ? "2025-11-25" : "2026-07-28");
                    request.Content = new ByteArrayContent(bytes);
                    request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json" + charset);
                    if (name is not null)
                    {
                        request.Headers.Add("Mcp-Name", name);
                    }

                    using var response = await Server.Http.SendAsync(request);
                    Assert.True((int)response.StatusCode < 500, $"{response.StatusCode}: {body}");
                }
            }
        }

        using var list = await Server.Http.CallToolAsync("list_todos", reader);
        Assert.Equal("There are no todos.", await list.ReadToolTextAsync());
    }
}
