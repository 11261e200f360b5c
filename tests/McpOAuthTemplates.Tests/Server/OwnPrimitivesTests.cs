using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Server;

/// <summary>The default variant, to which its owner has added tools, prompts and resources with all kinds of requirements.</summary>
public sealed class OwnPrimitivesServer() : ServerFixture()
{
    private const string Code = """
        using System.ComponentModel;
        using System.ComponentModel.DataAnnotations;
        using Microsoft.AspNetCore.Authorization;
        using Microsoft.Extensions.Options;
        using ModelContextProtocol.AspNetCore;
        using ModelContextProtocol.Server;
        using TodoServer.Authorization;

        namespace TodoServer.Tools;

        [McpServerToolType]
        internal sealed class OwnTools
        {
            [McpServerTool(Name = "two_scopes"), Description("<b>x</b> &amp; y"), RequireScope(Scopes.TodoRead, "todo:admin")]
            public static string TwoScopes() => "ok";

            [McpServerTool(Name = "two_attributes"), Description("x"), RequireScope(Scopes.TodoRead), RequireScope("todo:admin")]
            public static string TwoAttributes() => "ok";

            [McpServerTool(Name = "role"), Description("x"), Authorize(Roles = "admin")]
            public static string Role() => "ok";

            [McpServerTool(Name = "role_and_scope"), Description("x"), Authorize(Roles = "admin"), RequireScope(Scopes.TodoWrite)]
            public static string RoleAndScope() => "ok";

            [McpServerTool(Name = "says_read"), Description("x"), RequireScope(Scopes.TodoRead)]
            public static string SaysRead() => "says_read";

            [McpServerTool(Name = "says_admin"), Description("x"), RequireScope("todo:admin")]
            public static string SaysAdmin() => "says_admin";

            [McpServerTool(Name = "says_arguments"), Description("x"), RequireScope("todo:admin")]
            public static string SaysArguments(Dictionary<string, object> map) => string.Join(' ', map.Keys);

            [McpServerTool(Name = "open"), Description("x")]
            public static string Open() => "ok";

            [McpServerTool(Name = "anonymous"), Description("x"), AllowAnonymous, RequireScope("todo:admin")]
            public static string Anonymous() => "ok";

            [McpServerTool(Name = "changing"), Description("x"), Authorize("changing")]
            public static string Changing() => "ok";

            [McpServerTool(Name = "grow"), Description("x")]
            public static string Grow(IOptions<McpServerOptions> options)
            {
                options.Value.ToolCollection!.Add(McpServerTool.Create(
                    () => "ok", new McpServerToolCreateOptions { Name = "grown", Metadata = [new RequireScopeAttribute("todo:typo")] }));
                return "ok";
            }

            [McpServerTool(Name = "many_arguments"), Description("Says what it gets.")]
            public static string ManyArguments(
                [Description("A text.")] string text, int number, bool flag, Kind kind, string[] list, double? half = null, string name = "x") =>
                $"{text} {number} {flag} {kind} {string.Join('+', list)} {half} {name}";

            [McpServerTool(Name = "change"), Description("x")]
            public static string Change()
            {
                ChangingPolicies.IsAllowed = true;
                return "ok";
            }
        }

        [System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter<Kind>))]
        public enum Kind
        {
            Small,
            Large,
        }

        internal sealed class ChangingPolicies(IOptions<AuthorizationOptions> options) : DefaultAuthorizationPolicyProvider(options)
        {
            public static bool IsAllowed { get; set; }

            public override Task<AuthorizationPolicy?> GetPolicyAsync(string policyName)
            {
                var isAllowed = IsAllowed;
                return Task.FromResult<AuthorizationPolicy?>(new AuthorizationPolicyBuilder().RequireAssertion(_ => isAllowed).Build());
            }
        }

        internal static class OwnExtensions
        {
            public static void RefuseBanned(AuthorizationPolicyBuilder policy) =>
                policy.RequireAssertion(context => context.User.GetSubject() != "banned");

            public static IMcpServerBuilder WithChangingPolicies(this IMcpServerBuilder mcp)
            {
                mcp.Services.AddSingleton<IAuthorizationPolicyProvider, ChangingPolicies>();
                return mcp;
            }

            public static IMcpServerBuilder WithOwnSessions(this IMcpServerBuilder mcp)
            {
                mcp.Services.AddOptions<HttpServerTransportOptions>().Configure<IConfiguration>((options, settings) =>
                    options.SessionMode = settings.GetValue("Own:SessionMode", options.SessionMode));
                return mcp;
            }
        }

        [McpServerToolType, RequireScope("todo:admin")]
        internal sealed class OwnAdminTools
        {
            [McpServerTool(Name = "of_class"), Description("x")]
            public static string OfClass() => "ok";
        }

        internal abstract class ToolsBase
        {
            [McpServerTool(Name = "inherited"), Description("x")]
            public string Inherited() => "ok";

            [McpServerTool(Name = "inherited_with_scope"), Description("x"), RequireScope(Scopes.TodoRead)]
            public string InheritedWithScope() => "ok";

            [McpServerTool(Name = "overridden"), Description("x"), RequireScope("todo:admin")]
            public virtual string Overridden() => "no";
        }

        [McpServerToolType, RequireScope(Scopes.TodoWrite)]
        internal sealed class DerivedTools : ToolsBase
        {
            public override string Overridden() => "ok";
        }

        [McpServerToolType, RequireScope("todo:admin")]
        internal static class StaticTools
        {
            [McpServerTool(Name = "of_static_class"), Description("x")]
            public static string OfStaticClass() => "ok";
        }

        [McpServerPromptType]
        internal sealed class OwnPrompts
        {
            [McpServerPrompt(Name = "choice"), Description("x"), RequireScope(Scopes.TodoWrite)]
            public static string Choice([AllowedValues("secret")] string kind) => kind;

            [McpServerPrompt(Name = "own_prompt"), Description("x"), RequireScope(Scopes.TodoWrite)]
            public static string Prompt() => "ok";
        }

        [McpServerResourceType]
        internal sealed class OwnResources
        {
            [McpServerResource(Name = "kinds", UriTemplate = "own://kinds/{kind}"), Description("x"), RequireScope(Scopes.TodoWrite)]
            public static string Kind([AllowedValues("secret")] string kind) => kind;

            [McpServerResource(Name = "own", UriTemplate = "own://fixed"), Description("x"), RequireScope(Scopes.TodoWrite)]
            public static string Fixed() => "ok";

            [McpServerResource(Name = "template", UriTemplate = "own://items/{id}"), Description("x"), RequireScope("todo:admin")]
            public static string Item(string id) => id;
        }
        """;

    internal const string Folder = "own-primitives";

    internal static async Task AddCodeAsync(GeneratedProject project)
    {
        await project.AddScopeAsync("todo:admin");
        await project.AddToolsAsync(
            Code,
            ".WithTools<OwnTools>().WithTools<OwnAdminTools>().WithTools<DerivedTools>().WithTools([typeof(StaticTools)])"
            + ".WithPrompts<OwnPrompts>().WithResources<OwnResources>().WithChangingPolicies().WithOwnSessions()");
        await project.EditAsync(
            "Program.cs", "app.MapProtectedMcp();", "app.MapProtectedMcp().RequireAuthorization(OwnExtensions.RefuseBanned);");
    }

    protected override async Task<(string Program, string Folder)> BuildAsync()
    {
        var project = await ServersUnderTest.BuiltAsync(Folder);
        return (project.GetAssembly(), project.ContentRoot);
    }
}

public sealed class OwnPrimitivesTests(OwnPrimitivesServer server) : ServerTests(server), IClassFixture<OwnPrimitivesServer>
{
    public static TheoryData<string> Revisions => new(McpRequests.Revisions);

    [SkippableTheory]
    [InlineData("resources/subscribe")]
    [InlineData("resources/unsubscribe")]
    public async Task A_subscription_needs_the_scope_of_its_resource_where_there_is_such_a_method(string method)
    {
        foreach (var revision in McpRequests.Revisions)
        {
            foreach (var (uri, scope, expected) in new[] { ("own://fixed", "todo:read", 403), ("own://items/1", "todo:write", 403), ("own://fixed", "todo:write", 200) })
            {
                using var response = await Server.Http.SendMcpAsync(method, Server.CreateToken(scope), new { uri }, revision);

                Assert.Equal(revision == "2026-07-28" ? 404 : expected, (int)response.StatusCode);
            }
        }
    }

    private const string Forbidden =
        """{"error":"forbidden","error_description":"The user or client of this token is not allowed to do this."}""";

    [SkippableFact]
    public async Task The_scopes_of_each_tool_are_in_the_list_in_the_form_that_ChatGPT_reads()
    {
        (string Tool, string Scopes)[] table =
        [
            ("list_todos", "todo:read"), ("two_attributes", "todo:read todo:admin"), ("of_class", "todo:admin"),
            ("inherited", "todo:write"), ("whoami", ""), ("open", ""), ("anonymous", ""),
        ];
        foreach (var revision in McpRequests.Revisions)
        {
            using var response = await Server.Http.SendMcpAsync("tools/list", Server.CreateToken("todo:read"), revision: revision);
            var tools = (await response.ReadMessageAsync())["result"]!["tools"]!.AsArray();
            foreach (var (name, scopes) in table)
            {
                var tool = tools.Single(tool => (string?)tool!["name"] == name)!;
                foreach (var schemes in new[] { tool["securitySchemes"], tool["_meta"]!["securitySchemes"] })
                {
                    var scheme = Assert.Single(schemes!.AsArray())!;

                    Assert.Equal("oauth2", (string?)scheme["type"]);
                    Assert.Equal(scopes, string.Join(' ', scheme["scopes"]!.AsArray().Select(scope => (string?)scope)));
                }
            }
        }
    }

    [SkippableFact]
    public async Task A_hidden_tool_that_is_inherited_is_hidden_as_well()
    {
        await using var other = await Server.StartAsync(("OAuth__HideForbiddenTools", "true"));
        var token = Server.Issuer.CreateToken(new Uri(other.Address, "mcp").AbsoluteUri, "todo:read");
        using var response = await other.Client.SendMcpAsync("tools/list", token);
        var names = (await response.ReadMessageAsync())["result"]!["tools"]!.AsArray().Select(tool => (string)tool!["name"]!).ToArray();

        Assert.Contains("list_todos", names);
        Assert.DoesNotContain("inherited", names);
        Assert.DoesNotContain("of_class", names);
    }

    [SkippableFact]
    public async Task The_connect_page_shows_the_requirements_of_every_tool()
    {
        var page = new HtmlParser().ParseDocument(await Server.Http.GetStringAsync("/"));
        var tools = page.QuerySelectorAll("ul.tools li").ToDictionary(
            tool => tool.QuerySelector("code")!.TextContent,
            tool => string.Join(", ", tool.QuerySelectorAll(".badge").Select(badge => badge.TextContent)));

        Assert.Equal("todo:read, todo:admin", tools["two_scopes"]);
        Assert.Equal("todo:read, todo:admin", tools["two_attributes"]);
        Assert.Equal("todo:admin", tools["of_class"]);
        Assert.Equal("todo:write", tools["inherited"]);
        Assert.Equal("admin", tools["role"]);
        Assert.Equal("todo:write, admin", tools["role_and_scope"]);
        Assert.Equal("any valid token", tools["open"]);
        Assert.Equal("any valid token", tools["anonymous"]);
        Assert.Equal("changing", tools["changing"]);

        // Told apart by text and by look.
        Assert.Equal(
            ["scope todo:write", "role admin"],
            FindItem(page, "role_and_scope").QuerySelectorAll(".need").Select(need => Words(need.TextContent)));
        Assert.Equal(
            ["need scope", "need role", "need policy", "need open"],
            new[] { "says_read", "role", "changing", "open" }.Select(tool => FindItem(page, tool).QuerySelector(".need")!.ClassName));
        Assert.Contains("<b>x</b> &amp; y", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Empty(page.QuerySelectorAll("b"));
    }

    [SkippableFact]
    public async Task What_the_app_requires_on_the_endpoint_counts_besides()
    {
        using var refused = await Server.Http.CallToolAsync("open", Server.CreateToken("todo:read", ("sub", "banned")));
        using var allowed = await Server.Http.CallToolAsync("open", Server.CreateToken("todo:read"));

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Empty(refused.Headers.WwwAuthenticate);
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
    }

    [SkippableFact]
    public async Task The_connect_page_shows_prompts_and_resources_as_well()
    {
        var page = new HtmlParser().ParseDocument(await Server.Http.GetStringAsync("/"));

        Assert.Equal(["choice scope todo:write", "own_prompt scope todo:write"], Read("ul.prompts li"));
        Assert.Equal(
            ["own://fixed scope todo:write", "own://items/{id} scope todo:admin", "own://kinds/{kind} scope todo:write"],
            Read("ul.resources li"));

        IEnumerable<string> Read(string items) => page.QuerySelectorAll(items).Select(item =>
            $"{item.QuerySelector("code")!.TextContent} {Words(item.QuerySelector(".need")!.TextContent)}");
    }

    /// <summary>The server does not start with one, but what is added afterwards is not checked.</summary>
    [SkippableFact]
    public async Task The_connect_page_marks_a_scope_that_is_not_in_Scopes()
    {
        await using var other = await Server.StartAsync();
        var token = Server.Issuer.CreateToken(new Uri(other.Address, "mcp").AbsoluteUri, "todo:read");
        using var response = await other.Client.CallToolAsync("grow", token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var page = new HtmlParser().ParseDocument(await other.Client.GetStringAsync("/"));
        var need = FindItem(page, "grown").QuerySelector(".need")!;

        Assert.Equal("need unknown", need.ClassName);
        Assert.Equal("scope todo:typo is not in Scopes.cs", Words(need.TextContent));
        Assert.Single(page.QuerySelectorAll(".unknown"));
    }

    [SkippableFact]
    public async Task A_policy_that_can_change_is_asked_for_each_time()
    {
        (string Tool, HttpStatusCode Status)[] calls = [
            ("changing", HttpStatusCode.Forbidden), ("change", HttpStatusCode.OK), ("changing", HttpStatusCode.OK)];
        foreach (var (tool, status) in calls)
        {
            using var response = await Server.Http.CallToolAsync(tool, Server.CreateToken("todo:read"));
            Assert.Equal(status, response.StatusCode);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Revisions))]
    public async Task Every_requirement_of_every_primitive_counts(string revision)
    {
        (string Method, object Parameters, string? Scope, string[] Roles, int Status, string? Challenge)[] table =
        [
            // All scopes come in one challenge, with those that the token has.
            ("tools/call", new { name = "two_scopes" }, "todo:read todo:admin", [], 200, null),
            ("tools/call", new { name = "two_scopes" }, "todo:read", [], 403, "todo:read todo:admin"),
            ("tools/call", new { name = "two_scopes" }, "todo:write", [], 403, "todo:write todo:read todo:admin"),
            ("tools/call", new { name = "two_attributes" }, "todo:admin", [], 403, "todo:admin todo:read"),
            ("tools/call", new { name = "two_attributes" }, "todo:read todo:admin", [], 200, null),
            ("tools/call", new { name = "of_class" }, "todo:read", [], 403, "todo:read todo:admin"),
            ("tools/call", new { name = "of_class" }, "todo:admin", [], 200, null),

            // The class that is registered counts, and not only the one that declares the method.
            ("tools/call", new { name = "inherited" }, "todo:read", [], 403, "todo:read todo:write"),
            ("tools/call", new { name = "inherited" }, "todo:write", [], 200, null),
            ("tools/call", new { name = "inherited_with_scope" }, "todo:read", [], 403, "todo:read todo:write"),
            ("tools/call", new { name = "inherited_with_scope" }, "todo:write", [], 200, null),
            ("tools/call", new { name = "overridden" }, "todo:write", [], 403, "todo:write todo:admin"),
            ("tools/call", new { name = "overridden" }, "todo:admin", [], 403, "todo:admin todo:write"),
            ("tools/call", new { name = "overridden" }, "todo:write todo:admin", [], 200, null),
            ("tools/call", new { name = "of_static_class" }, "todo:write", [], 403, "todo:write todo:admin"),
            ("tools/call", new { name = "of_static_class" }, "todo:admin", [], 200, null),

            // No scope helps where a role is missing.
            ("tools/call", new { name = "role" }, "todo:write", [], 403, null),
            ("tools/call", new { name = "role" }, null, ["admin"], 200, null),
            ("tools/call", new { name = "role_and_scope" }, "todo:read", [], 403, null),
            ("tools/call", new { name = "role_and_scope" }, "todo:read", ["admin"], 403, "todo:read todo:write"),
            ("tools/call", new { name = "role_and_scope" }, "todo:write", ["admin"], 200, null),
            ("tools/call", new { name = "open" }, null, [], 200, null),
            ("tools/call", new { name = "anonymous" }, null, [], 200, null),

            // Prompts and resources, too.
            ("prompts/get", new { name = "own_prompt" }, "todo:read", [], 403, "todo:read todo:write"),
            ("prompts/get", new { name = "own_prompt" }, "todo:write", [], 200, null),
            ("resources/read", new { uri = "own://fixed" }, "todo:read", [], 403, "todo:read todo:write"),
            ("resources/read", new { uri = "own://fixed" }, "todo:write", [], 200, null),
            ("resources/read", new { uri = "own://items/1" }, "todo:write", [], 403, "todo:write todo:admin"),
            ("resources/read", new { uri = "own://items/1" }, "todo:admin", [], 200, null),

            // And what else names them.
            ("completion/complete", Complete("ref/prompt", "choice"), "todo:read", [], 403, "todo:read todo:write"),
            ("completion/complete", Complete("ref/prompt", "choice"), "todo:write", [], 200, null),
            ("completion/complete", Complete("ref/resource", "own://kinds/{kind}"), "todo:read", [], 403, "todo:read todo:write"),
            ("completion/complete", Complete("ref/resource", "own://kinds/x"), "todo:read", [], 403, "todo:read todo:write"),
            ("completion/complete", Complete("ref/resource", "own://kinds/{kind}"), "todo:write", [], 200, null),
            ("subscriptions/listen", Listen("own://fixed"), "todo:read", [], 403, "todo:read todo:write"),
            ("subscriptions/listen", Listen("own://fixed", "own://items/1"), "todo:write", [], 403, "todo:write todo:admin"),
        ];
        foreach (var (method, parameters, scope, roles, status, challenge) in table)
        {
            using var response = await Server.Http.SendMcpAsync(
                method, Server.CreateToken(scope, ("roles", roles)), parameters, revision);
            var row = $"{method} {parameters} with {scope ?? "no scope"}";
            var body = await response.Content.ReadAsStringAsync();

            Assert.True(status == (int)response.StatusCode, $"{row}: {response.StatusCode} {body}");
            Assert.True(status != 200 || body.Contains("\"result\"", StringComparison.Ordinal), $"{row}: {body}");
            if (challenge is null)
            {
                Assert.False(response.Headers.Contains("WWW-Authenticate"), row);
                Assert.Equal(status == 403, body == Forbidden);
            }
            else
            {
                Assert.Contains($", scope=\"{challenge}\", ", response.GetChallenge(), StringComparison.Ordinal);
            }
        }
    }

    [SkippableTheory]
    [InlineData("open")]
    [InlineData("anonymous")]
    public async Task No_tool_is_open_to_those_without_a_token(string tool)
    {
        using var response = await Server.Http.CallToolAsync(tool, token: null);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    public static TheoryData<string> OddMessages => new(OddMessage.All);

    /// <summary>
    /// The call that was authorized is the call that ran: with all scopes, the tool says which one ran. Then its own scope is
    /// enough, and the other one is not. So a release of the SDK that reads a message in another way cannot go unnoticed.
    /// </summary>
    [SkippableTheory]
    [MemberData(nameof(OddMessages))]
    public async Task What_is_authorized_is_what_runs(string template)
    {
        (string Tool, string Scope, string Other)[] tools =
            [("says_read", "todo:read", "todo:admin"), ("says_admin", "todo:admin", "todo:read")];
        foreach (var (first, second) in new[] { ("says_read", "says_admin"), ("says_admin", "says_read") })
        {
            var body = template.Replace("FIRST", first, StringComparison.Ordinal).Replace("SECOND", second, StringComparison.Ordinal);
            foreach (var header in new[] { null, "says_read", "says_admin" })
            {
                var (status, text) = await SendAsync(body, header, "todo:read todo:admin");
                Assert.True(status is >= 200 and < 500, $"{status}: {body}");
                Assert.NotEqual(403, status);
                var ran = tools.SingleOrDefault(tool => text.Contains($"\"text\":\"{tool.Tool}\"", StringComparison.Ordinal));
                if (ran.Tool is not null)
                {
                    Assert.Equal((status, text), await SendAsync(body, header, ran.Scope));
                    Assert.Equal(403, (await SendAsync(body, header, ran.Other)).Status);
                }
            }
        }
    }

    [SkippableTheory]
    [InlineData("""{"a":1,"A":2}""", "a A")]
    [InlineData("""{"a":1,"a":2}""", "a")]
    [InlineData("""{"name":1,"Name":2,"NAME":3}""", "name Name NAME")]
    [InlineData("""{"a":{"b":1,"b":2,"B":3}}""", "a")]
    public async Task Keys_of_arguments_are_data(string map, string expected)
    {
        var call = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"says_arguments","arguments":{"map":MAP}}}""";
        var (status, text) = await SendAsync(call.Replace("MAP", map, StringComparison.Ordinal), null, "todo:admin");

        Assert.Equal(200, status);
        Assert.Contains($"\"text\":\"{expected}\"", text, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("2025-11-25", 200)]
    [InlineData("2026-07-28", 400)] // The SDK looks into it, and cannot.
    public async Task A_key_of_meta_may_stand_twice_where_the_SDK_can_read_that(string revision, int expected)
    {
        using var request = McpRequests.Create("tools/call", Server.CreateToken("todo:read"), new { name = "says_read" }, revision);
        var body = await request.Content!.ReadAsStringAsync();
        body = body.Contains("\"_meta\":{", StringComparison.Ordinal)
            ? body.Replace("\"_meta\":{", "\"_meta\":{\"a\":1,\"a\":2,", StringComparison.Ordinal)
            : body.Replace("\"params\":{", "\"params\":{\"_meta\":{\"a\":1,\"a\":2},", StringComparison.Ordinal);
        request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await Server.Http.SendAsync(request);

        Assert.Equal(expected, (int)response.StatusCode);
    }

    private async Task<(int Status, string Text)> SendAsync(string body, string? name, string scope)
    {
        using var request = McpRequests.Create("tools/call", Server.CreateToken(scope), revision: name is null ? "2025-11-25" : "2026-07-28");
        request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        request.Headers.Add("Mcp-Name", name is null ? [] : [name]);
        using var response = await Server.Http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static IElement FindItem(IDocument page, string name) =>
        page.QuerySelectorAll("li").Single(item => item.QuerySelector("code")?.TextContent == name);

    private static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static object Complete(string type, string name) => new
    {
        @ref = type == "ref/prompt" ? (object)new { type, name } : new { type, uri = name },
        argument = new { name = "kind", value = "" },
    };

    private static object Listen(params string[] uris) => new { notifications = new { resourceSubscriptions = uris } };
}
