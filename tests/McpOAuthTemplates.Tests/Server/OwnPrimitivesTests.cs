using System.Net;
using AngleSharp.Html.Parser;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Server;

/// <summary>The default variant, to which its owner has added tools, prompts and resources with all kinds of requirements.</summary>
public sealed class OwnPrimitivesServer() : ServerFixture()
{
    private const string Code = """
        using System.ComponentModel;
        using Microsoft.AspNetCore.Authorization;
        using Microsoft.Extensions.Options;
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

            [McpServerTool(Name = "open"), Description("x")]
            public static string Open() => "ok";

            [McpServerTool(Name = "anonymous"), Description("x"), AllowAnonymous, RequireScope("todo:admin")]
            public static string Anonymous() => "ok";

            [McpServerTool(Name = "changing"), Description("x"), Authorize("changing")]
            public static string Changing() => "ok";

            [McpServerTool(Name = "change"), Description("x")]
            public static string Change()
            {
                ChangingPolicies.IsAllowed = true;
                return "ok";
            }
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
            public static IMcpServerBuilder WithChangingPolicies(this IMcpServerBuilder mcp)
            {
                mcp.Services.AddSingleton<IAuthorizationPolicyProvider, ChangingPolicies>();
                return mcp;
            }
        }

        [McpServerToolType, RequireScope("todo:admin")]
        internal sealed class OwnAdminTools
        {
            [McpServerTool(Name = "of_class"), Description("x")]
            public static string OfClass() => "ok";
        }

        [McpServerPromptType]
        internal sealed class OwnPrompts
        {
            [McpServerPrompt(Name = "own_prompt"), Description("x"), RequireScope(Scopes.TodoWrite)]
            public static string Prompt() => "ok";
        }

        [McpServerResourceType]
        internal sealed class OwnResources
        {
            [McpServerResource(Name = "own", UriTemplate = "own://fixed"), Description("x"), RequireScope(Scopes.TodoWrite)]
            public static string Fixed() => "ok";

            [McpServerResource(Name = "template", UriTemplate = "own://items/{id}"), Description("x"), RequireScope("todo:admin")]
            public static string Item(string id) => id;
        }
        """;

    internal const string Folder = "own-primitives";

    internal static Task AddCodeAsync(GeneratedProject project) => project.AddToolsAsync(
        Code,
        ".WithTools<OwnTools>().WithTools<OwnAdminTools>().WithPrompts<OwnPrompts>().WithResources<OwnResources>().WithChangingPolicies()");

    protected override async Task<(string Program, string Folder)> BuildAsync()
    {
        var project = await ServersUnderTest.BuiltAsync(Folder);
        return (project.GetAssembly(), project.ContentRoot);
    }
}

public sealed class OwnPrimitivesTests(OwnPrimitivesServer server) : ServerTests(server), IClassFixture<OwnPrimitivesServer>
{
    public static TheoryData<string> Revisions => new(McpRequests.Revisions);

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
        Assert.Equal("admin", tools["role"]);
        Assert.Equal("todo:write, admin", tools["role_and_scope"]);
        Assert.Equal("any valid token", tools["open"]);
        Assert.Equal("any valid token", tools["anonymous"]);
        Assert.Contains("<b>x</b> &amp; y", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Empty(page.QuerySelectorAll("b"));
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
            ("tools/call", new { name = "two_attributes" }, "todo:admin", [], 403, "todo:read todo:admin"),
            ("tools/call", new { name = "two_attributes" }, "todo:read todo:admin", [], 200, null),
            ("tools/call", new { name = "of_class" }, "todo:read", [], 403, "todo:read todo:admin"),
            ("tools/call", new { name = "of_class" }, "todo:admin", [], 200, null),

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
}
