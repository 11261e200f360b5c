using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TodoServer.Tests;

/// <summary>Each tool, prompt and resource of the server, with and without its scopes.</summary>
public sealed class ScopeTests(ServerFactory server) : IClassFixture<ServerFactory>
{
    private readonly Operation[] _primitives = Operation.FindPrimitives(server);

    public static TheoryData<string> Revisions => new(McpRequest.Revisions);

    [Fact]
    public void Each_tool_says_who_may_use_it()
    {
        var open = string.Join(", ", _primitives.Where(primitive => !primitive.SaysWhoMayUseIt));

        Assert.True(open.Length == 0, $"Any token opens {open}. Say on the method or its class which scopes it needs, "
            + "with [RequireScope], or that any token will do, with [Authorize].");
    }

    [Theory]
    [MemberData(nameof(Revisions))]
    public async Task A_scope_opens_what_needs_it_and_nothing_else(string revision)
    {
        foreach (var primitive in _primitives)
        {
            string[] similar = [.. primitive.Scopes.SelectMany(scope => new[] { scope + "x", scope.ToUpperInvariant() })];
            string[][] grants = [[], similar, primitive.Scopes, .. ScopeList.All.Select(scope => new[] { scope })];
            foreach (var granted in grants)
            {
                var token = server.CreateToken(string.Join(' ', granted));
                var response = await server.Http.SendAsync(primitive.CreateRequest(token, revision));
                var body = await response.Content.ReadAsStringAsync();
                var hasPassed = response.StatusCode == HttpStatusCode.OK && body.Contains(ServerFactory.Reached);

                // Another rule, such as a role, may stand in the way of a token that has the
                // scopes.
                Assert.True(
                    ScopeList.Cover(granted, primitive.Scopes)
                        ? hasPassed || primitive.HasOtherRules
                        : response.StatusCode == HttpStatusCode.Forbidden,
                    $"{primitive} with the scopes [{string.Join(' ', granted)}]: {response.StatusCode} {body}");
            }
        }
    }

    [Fact]
    public async Task Completion_and_subscription_need_the_scopes_of_what_they_name()
    {
        foreach (var operation in Operation.FindReferences(server).Where(operation => operation.Scopes is not []))
        {
            foreach (var (scope, expected) in new[] { ("", true), (string.Join(' ', operation.Scopes), operation.HasOtherRules) })
            {
                var request = operation.CreateRequest(server.CreateToken(scope), McpRequest.Revisions[0]);
                var response = await server.Http.SendAsync(request);

                Assert.Equal(expected, response.StatusCode == HttpStatusCode.Forbidden);
            }
        }
    }

    [Fact]
    public async Task The_challenge_asks_for_what_is_needed_and_what_the_token_has()
    {
        var operations = _primitives.Concat(Operation.FindEndpoints(server));
        foreach (var operation in operations.Where(operation => !operation.HasOtherRules))
        {
            foreach (var granted in ScopeList.All.Prepend("").Where(scope => !ScopeList.Cover([scope], operation.Scopes)))
            {
                var request = operation.CreateRequest(server.CreateToken($"unknown:scope {granted}"), McpRequest.Revisions[0]);
                var response = await server.Http.SendAsync(request);
                var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
                var scope = server.Join(ScopeList.All.Where(known => known == granted).Union(operation.Scopes));

                Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
                Assert.Equal("insufficient_scope", (string?)error["error"]);
                Assert.Equal(scope, (string?)error["scope"]);
                Assert.Contains(server.Join(operation.Scopes), (string?)error["error_description"]);
                Assert.Equal(
                    $"Bearer realm=\"OAuth\", error=\"insufficient_scope\", error_description=\"{error["error_description"]}\", "
                        + $"scope=\"{scope}\", resource_metadata=\"{server.MetadataUrl}\"",
                    response.GetChallenge());
            }
        }
    }

    [Fact]
    public async Task A_missing_role_is_no_question_of_scopes()
    {
        var token = server.CreateToken(string.Join(' ', ScopeList.All));
        var response = await server.Http.SendAsync(
            new McpRequest("tools/call", token, new() { ["name"] = ServerFactory.RoleTool }, McpRequest.Revisions[0]));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Empty(response.Headers.WwwAuthenticate);
    }

    [Theory]
    [InlineData("scope")]
    [InlineData("scp")]
    [InlineData("permissions")]
    public async Task Scopes_come_in_the_claims_of_all_providers(string claim)
    {
        using var other = new ServerFactory(("OAuth:PermissionsAsScopes", "true"));
        foreach (var primitive in _primitives.Where(primitive => !primitive.HasOtherRules))
        {
            object[] values = [primitive.Scopes, $"other {string.Join(' ', primitive.Scopes)}"];
            foreach (var value in values)
            {
                var request = primitive.CreateRequest(other.CreateToken(null, (claim, value)), McpRequest.Revisions[0]);
                var response = await other.Http.SendAsync(request);

                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            }
        }
    }

    [Theory]
    [InlineData("scope")]
    [InlineData("scp")]
    public async Task A_list_without_a_scope_is_a_list_of_scopes(string claim)
    {
        using var other = new ServerFactory(("OAuth:PermissionsAsScopes", "true"), ("OAuth:AppRolesAsScopes", "true"));
        foreach (var primitive in _primitives.Where(primitive => primitive.Scopes is not []))
        {
            foreach (var stand in new[] { "permissions", "roles" })
            {
                var token = other.CreateToken(null, (claim, Array.Empty<string>()), (stand, primitive.Scopes));
                var response = await other.Http.SendAsync(primitive.CreateRequest(token, McpRequest.Revisions[0]));

                Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            }
        }
    }

    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public async Task Lists_show_what_the_token_may_not_use_yet_unless_they_should_hide_it(string hide)
    {
        using var other = new ServerFactory(("OAuth:HideForbiddenTools", hide));
        var lists = "";
        foreach (var method in new[] { "tools/list", "prompts/list", "resources/list", "resources/templates/list" })
        {
            var response = await other.Http.SendAsync(new McpRequest(method, other.CreateToken()));
            lists += await response.Content.ReadAsStringAsync();
        }

        Assert.All(_primitives.Where(primitive => !primitive.HasOtherRules), primitive =>
            Assert.Equal(hide == "false" || primitive.Scopes is [], lists.Contains(JsonSerializer.Serialize(primitive.Name))));
    }
}
