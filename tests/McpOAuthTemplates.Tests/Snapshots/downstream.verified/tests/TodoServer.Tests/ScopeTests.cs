using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TodoServer.Tests;

/// <summary>Each tool, prompt and resource of the server, with and without its scopes.</summary>
public sealed class ScopeTests(ServerFactory server) : IClassFixture<ServerFactory>
{
    private readonly Operation[] _primitives = Operations.FindPrimitives(server);

    public static TheoryData<string> Revisions => [.. McpRequest.Revisions];

    [Fact]
    public void Each_tool_says_who_may_use_it()
    {
        var open = _primitives.Where(primitive => !primitive.SaysWhoMayUseIt);
        var names = string.Join(", ", open);

        Assert.True(
            names.Length == 0,
            $"Any token opens {names}. Say on the method or its class which scopes it needs, with "
            + "[RequireScope], or that any token will do, with [Authorize].");
    }

    [Theory]
    [MemberData(nameof(Revisions))]
    public async Task A_scope_opens_what_needs_it_and_nothing_else(string revision)
    {
        foreach (var primitive in _primitives)
        {
            foreach (var granted in ListGrants(primitive.Scopes))
            {
                var token = server.CreateToken(string.Join(' ', granted));
                var response = await server.Http.SendAsync(primitive.CreateRequest(token, revision));
                var body = await response.Content.ReadAsStringAsync();
                var isRight = IsRefused(response);
                if (ScopeList.Cover(granted, primitive.Scopes))
                {
                    // Another rule, such as a role, may deny a token that has the scopes.
                    isRight = primitive.HasOtherRules || HasPassed(response, body);
                }

                Assert.True(
                    isRight,
                    $"{primitive} with [{string.Join(' ', granted)}]: {response.StatusCode} {body}");
            }
        }
    }

    [Fact]
    public async Task Completion_and_subscription_need_the_scopes_of_what_they_name()
    {
        foreach (var operation in Operations.FindReferences(server))
        {
            var scopes = string.Join(' ', operation.Scopes);
            using var refused = await SendAsync("");
            using var allowed = await SendAsync(scopes);

            Assert.Equal(scopes.Length > 0 || operation.HasOtherRules, IsRefused(refused));
            Assert.Equal(operation.HasOtherRules, IsRefused(allowed));

            // An allowed subscription stays open, so only the headers are awaited.
            async Task<HttpResponseMessage> SendAsync(string scope)
            {
                using var request = operation.CreateRequest(server.CreateToken(scope), McpRequest.Oldest);
                return await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            }
        }
    }

    [Fact]
    public async Task The_challenge_asks_for_what_is_needed_and_what_the_token_has()
    {
        var all = _primitives.Concat(Operations.FindEndpoints(server));
        foreach (var operation in all.Where(operation => !operation.HasOtherRules))
        {
            foreach (var granted in ScopeList.All.Prepend(""))
            {
                if (!ScopeList.Cover([granted], operation.Scopes))
                {
                    await AssertChallengedAsync(operation, granted);
                }
            }
        }
    }

    [Theory]
    [InlineData(TestPrimitives.RoleTool)]
    [InlineData(TestPrimitives.InheritedRoleTool)]
    public async Task A_missing_role_is_no_question_of_scopes(string tool)
    {
        var token = server.CreateToken(string.Join(' ', ScopeList.All));
        var response = await CallAsync(server, token, tool);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Empty(response.Headers.WwwAuthenticate);
        Assert.Contains("\"forbidden\"", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_app_that_acts_for_itself_is_not_sent_to_a_sign_in()
    {
        var token = server.CreateToken(("idtyp", "app"));
        var response = await CallAsync(server, token, TestPrimitives.Scoped);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Empty(response.Headers.WwwAuthenticate);
    }

    [Theory]
    [InlineData("scope")]
    [InlineData("scp")]
    [InlineData("permissions")]
    [InlineData("roles")]
    public async Task Scopes_come_in_the_claims_of_all_providers(string claim)
    {
        using var other = new ServerFactory(
            ("OAuth:PermissionsAsScopes", "true"),
            ("OAuth:AppRolesAsScopes", "true"),
            ("OAuth:ScopePrefix", "test://scopes/"));
        foreach (var primitive in _primitives.Where(primitive => !primitive.HasOtherRules))
        {
            var scopes = primitive.Scopes;
            object[] values = [scopes, $"other {string.Join(' ', scopes)}", other.Join(scopes)];
            foreach (var value in values)
            {
                var token = other.CreateToken((claim, value));
                var request = primitive.CreateRequest(token, McpRequest.Oldest);
                var response = await other.Http.SendAsync(request);

                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            }
        }
    }

    // The last one is the claim that the server itself adds for permissions or roles.
    [Theory]
    [InlineData("permissions")]
    [InlineData("roles")]
    [InlineData("urn:oauth:stands-for-scope")]
    public async Task What_a_person_or_an_app_may_do_is_no_scope_by_itself(string claim)
    {
        var token = server.CreateToken((claim, ScopeList.All));
        var response = await CallAsync(server, token, TestPrimitives.Scoped);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData("scope")]
    [InlineData("scp")]
    public async Task A_list_without_a_scope_is_a_list_of_scopes(string claim)
    {
        using var other = new ServerFactory(
            ("OAuth:PermissionsAsScopes", "true"), ("OAuth:AppRolesAsScopes", "true"));
        foreach (var stand in new[] { "permissions", "roles" })
        {
            var token = other.CreateToken((claim, Array.Empty<string>()), (stand, ScopeList.All));
            var response = await CallAsync(other, token, TestPrimitives.Scoped);

            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("""{"a":"x SCOPES y"}""")]
    [InlineData("""[["x SCOPES y"]]""")]
    [InlineData("""["x SCOPES y",1]""")]
    public async Task Only_texts_are_scopes(string json)
    {
        var text = json.Replace("SCOPES", string.Join(' ', ScopeList.All));
        var token = server.CreateToken(("scope", JsonSerializer.Deserialize<JsonElement>(text)));
        var response = await CallAsync(server, token, TestPrimitives.Scoped);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public async Task Lists_show_what_the_token_may_not_use_yet_unless_they_should_hide_it(string hide)
    {
        using var other = new ServerFactory(("OAuth:HideForbiddenTools", hide));
        var lists = "";
        string[] methods = ["tools/list", "prompts/list", "resources/list", "resources/templates/list"];
        foreach (var method in methods)
        {
            var response = await other.Http.SendAsync(new McpRequest(method, other.CreateToken()));
            lists += await response.Content.ReadAsStringAsync();
        }

        foreach (var primitive in _primitives.Where(primitive => !primitive.HasOtherRules))
        {
            var isShown = hide == "false" || primitive.Scopes is [];
            Assert.Equal(isShown, lists.Contains(JsonSerializer.Serialize(primitive.Name)));
        }

        // Without the role, no scope would help.
        Assert.DoesNotContain(TestPrimitives.RoleTool, lists);
        Assert.DoesNotContain(TestPrimitives.InheritedRoleTool, lists);
    }

    [Theory]
    [MemberData(nameof(Revisions))]
    public async Task The_list_of_tools_says_which_scopes_each_needs(string revision)
    {
        using var other = new ServerFactory(("OAuth:ScopePrefix", "test://scopes/"));
        var request = new McpRequest("tools/list", other.CreateToken(), null, revision);
        var response = await other.Http.SendAsync(request);
        var tools = await response.ReadResultAsync("tools");

        Assert.NotEmpty(tools.AsArray());
        foreach (var tool in tools.AsArray())
        {
            var name = (string?)tool!["name"];
            var scopes = _primitives.First(primitive => primitive.Name == name).Scopes;
            var scheme = Assert.Single(tool["securitySchemes"]!.AsArray());
            var announced = scheme!["scopes"]!.AsArray().Select(scope => (string?)scope);

            Assert.Equal(other.Join(scopes), string.Join(' ', announced));
        }
    }

    private static IEnumerable<string[]> ListGrants(string[] needed)
    {
        yield return [];
        yield return needed;
        yield return [.. needed.Select(scope => scope + "x")];
        yield return [.. needed.Select(scope => scope.ToUpperInvariant())];
        foreach (var scope in ScopeList.All)
        {
            yield return [scope];
        }
    }

    private static bool IsRefused(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.Forbidden;

    private static bool HasPassed(HttpResponseMessage response, string body) =>
        response.StatusCode == HttpStatusCode.OK && body.Contains(TestPrimitives.Reached);

    private static Task<HttpResponseMessage> CallAsync(
        ServerFactory server, string token, string tool)
    {
        var parameters = new JsonObject { ["name"] = tool };
        return server.Http.SendAsync(
            new McpRequest("tools/call", token, parameters, McpRequest.Oldest));
    }

    private async Task AssertChallengedAsync(Operation operation, string granted)
    {
        var token = server.CreateToken($"unknown:scope {granted}");
        var response = await server.Http.SendAsync(operation.CreateRequest(token, McpRequest.Oldest));
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        var description = (string?)error["error_description"];
        var has = ScopeList.All.Where(known => known == granted);
        var scope = server.Join(has.Union(operation.Scopes));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("insufficient_scope", (string?)error["error"]);
        Assert.Equal(scope, (string?)error["scope"]);
        Assert.Contains(server.Join(operation.Scopes), description);
        Assert.Equal(
            "Bearer realm=\"OAuth\", error=\"insufficient_scope\", "
            + $"error_description=\"{description}\", scope=\"{scope}\", "
            + $"resource_metadata=\"{server.MetadataUrl}\"",
            response.GetChallenge());
    }
}
