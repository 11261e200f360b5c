using System.Net;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Server;

/// <summary>The default variant, to which its owner has added what no attribute stands on. What, the environment says.</summary>
public sealed class OwnMethodsServer() : ServerFixture()
{
    private const string Code = """
        #pragma warning disable MCPEXP002 // Handlers of own methods are new in the SDK.
        using System.ComponentModel;
        using System.Text.Json.Nodes;
        using Microsoft.AspNetCore.Authorization;
        using Microsoft.Extensions.AI;
        using ModelContextProtocol.AspNetCore;
        using ModelContextProtocol.Protocol;
        using ModelContextProtocol.Server;
        using TodoServer.Authorization;

        namespace TodoServer.Tools;

        internal static class OwnMethods
        {
            public static IMcpServerBuilder WithOwnMethods(this IMcpServerBuilder mcp)
            {
                foreach (var addition in (Environment.GetEnvironmentVariable("ADDITIONS") ?? "").Split(' '))
                {
                    Add(mcp, addition);
                }

                return mcp;
            }

            private static void Add(IMcpServerBuilder mcp, string addition)
            {
                var services = mcp.Services;
                switch (addition)
                {
                    case "methods":
                        services.Configure<McpServerOptions>(options => options.RequestHandlers =
                        [
                            new() { Method = "tasks/get", RoutingNameParameter = "taskId", Handler = AnswerAsync },
                            new() { Method = "skills/read", Handler = AnswerAsync },
                            new() { Method = "own/open", Handler = AnswerAsync },
                        ]);
                        break;
                    case "rules":
                        services.RequireScopeForMethod("tasks/get", Scopes.TodoRead);
                        services.RequireScopeForMethod("skills/read", Scopes.TodoWrite, "todo:admin");
                        services.AllowMethod("own/open");
                        services.RequireScopeForMethod("own/event", "todo:admin");
                        break;
                    case "tool-handler":
                        mcp.WithCallToolHandler((request, _) => new(Say($"handled {request.Params.Name}")));
                        break;
                    case "tool-rule":
                        services.RequireScopeForMethod("tools/call", Scopes.TodoWrite);
                        break;
                    case "tools-allowed":
                        services.AllowMethod("tools/call");
                        break;
                    case "sessions":
                        services.Configure<HttpServerTransportOptions>(options => options.ConfigureSessionOptions = (_, session, _) =>
                        {
                            (session.ToolCollection ??= []).Add(McpServerTool.Create(OfSession, new() { Name = "of_session" }));
                            return Task.CompletedTask;
                        });
                        break;
                    case "stateful":
                        services.Configure<HttpServerTransportOptions>(options => options.Stateless = false);
                        break;
                    case "notifications":
                        services.Configure<McpServerOptions>(options => options.Handlers.NotificationHandlers =
                            [new("own/event", (_, _) => ValueTask.CompletedTask)]);
                        break;
                    case "unknown-scope":
                        mcp.WithTools<UnknownScopeTools>();
                        break;
                    case "empty-scope":
                        mcp.WithTools<EmptyScopeTools>();
                        break;
                    case "line-scope":
                        mcp.WithTools<LineScopeTools>();
                        break;
                    case "method-scope":
                        services.RequireScopeForMethod("tools/call", "todo:unknown");
                        break;
                    case "scheme":
                        mcp.WithTools<SchemeTools>();
                        break;
                    case "interface":
                        mcp.WithTools<InterfaceTools>();
                        break;
                    case "function":
                        mcp.WithTools([McpServerTool.Create(AIFunctionFactory.Create(OfSession, "of_function"))]);
                        break;
                    case "function-with-scope":
                        mcp.WithTools([McpServerTool.Create(
                            AIFunctionFactory.Create(OfSession, "of_function"),
                            new() { Metadata = [new RequireScopeAttribute(Scopes.TodoWrite)] })]);
                        break;
                    case "":
                        break;
                    default:
                        throw new InvalidOperationException(addition);
                }
            }

            [RequireScope(Scopes.TodoWrite)]
            private static string OfSession() => "ok";

            private static ValueTask<JsonNode?> AnswerAsync(RequestContext<JsonNode?> request, CancellationToken cancellationToken) =>
                new(new JsonObject { ["method"] = request.JsonRpcRequest.Method });

            private static CallToolResult Say(string text) => new() { Content = [new TextContentBlock { Text = text }] };
        }

        internal sealed class UnknownScopeTools
        {
            [McpServerTool(Name = "unknown"), RequireScope("todo:unknown")]
            public static string Tool() => "ok";
        }

        [RequireScope("")]
        internal sealed class EmptyScopeTools
        {
            [McpServerTool(Name = "empty")]
            public static string Tool() => "ok";
        }

        internal sealed class LineScopeTools
        {
            [McpServerTool(Name = "line"), RequireScope("todo:read\r\nX: y")]
            public static string Tool() => "ok";
        }

        internal sealed class SchemeTools
        {
            [McpServerTool(Name = "scheme"), Authorize(AuthenticationSchemes = "Cookies")]
            public static string Tool() => "ok";
        }

        internal interface IContract
        {
            [RequireScope(Scopes.TodoWrite)]
            string Run();
        }

        internal sealed class InterfaceTools : IContract
        {
            [McpServerTool(Name = "run")]
            public string Run() => "ok";
        }
        """;

    internal const string Folder = "own-methods";

    internal override (string Name, string Value)[] Settings =>
        [("ADDITIONS", "methods rules tool-handler tool-rule function-with-scope notifications")];

    internal static async Task AddCodeAsync(GeneratedProject project)
    {
        await project.AddScopeAsync("todo:admin");
        await project.AddToolsAsync(Code, ".WithOwnMethods()");
    }

    internal async Task<CommandResult> RunToEndAsync(string additions)
    {
        var (program, folder) = await BuildAsync();
        return await ServerProcess.RunToEndAsync(program, folder, "Development", ("ADDITIONS", additions));
    }

    protected override async Task<(string Program, string Folder)> BuildAsync()
    {
        var project = await ServersUnderTest.BuiltAsync(Folder);
        return (project.GetAssembly(), project.ContentRoot);
    }
}

/// <summary>What no attribute stands on: handlers, sessions and methods of extensions. And attributes that cannot be kept.</summary>
public sealed class OwnMethodsTests(OwnMethodsServer server) : ServerTests(server), IClassFixture<OwnMethodsServer>
{
    private const string NoRule =
        """{"error":"forbidden","error_description":"This server has no rule for who can call this. Its owner can add one with RequireScopeForMethod or AllowMethod."}""";

    public static TheoryData<string> Revisions => new(McpRequests.Revisions);

    [SkippableTheory]
    [MemberData(nameof(Revisions))]
    public async Task A_rule_says_who_may_call_a_method(string revision)
    {
        (string Method, object Parameters, string? Scope, int Status, string? Challenge)[] table =
        [
            ("tasks/get", new { taskId = "1" }, null, 403, "todo:read"),
            ("tasks/get", new { taskId = "1" }, "todo:read", 200, null),
            ("skills/read", new { }, "todo:read", 403, "todo:read todo:write todo:admin"),
            ("skills/read", new { }, "todo:write todo:admin", 200, null),
            ("own/open", new { }, null, 200, null),
            ("tools/call", new { name = "anything" }, "todo:read", 403, "todo:read todo:write"),
            ("tools/call", new { name = "anything" }, "todo:write", 200, null),
            ("tools/call", new { name = "of_function" }, "todo:read", 403, "todo:read todo:write"),
            ("tools/call", new { name = "of_function" }, "todo:write", 200, null),
        ];
        foreach (var (method, parameters, scope, status, challenge) in table)
        {
            using var request = McpRequests.Create(method, Server.CreateToken(scope), parameters, revision);
            if (method == "tasks/get" && revision == "2026-07-28")
            {
                request.Headers.Add("Mcp-Name", "1");
            }

            using var response = await Server.Http.SendAsync(request);
            var body = await response.Content.ReadAsStringAsync();

            Assert.True(status == (int)response.StatusCode, $"{method} with {scope}: {response.StatusCode} {body}");
            Assert.Equal(status == 200, body.Contains("\"result\"", StringComparison.Ordinal));
            if (challenge is not null)
            {
                Assert.Contains($", scope=\"{challenge}\", ", response.GetChallenge(), StringComparison.Ordinal);
            }
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Revisions))]
    public async Task Without_a_rule_nobody_may_call_what_a_session_or_a_handler_could_answer(string revision)
    {
        await using var other = await Server.StartAsync(("ADDITIONS", "sessions"));
        var token = Server.Issuer.CreateToken(new Uri(other.Address, "mcp").AbsoluteUri, "todo:write");
        (string Method, object Parameters, int Status)[] table =
        [
            ("tools/call", new { name = "of_session" }, 403),
            ("tools/call", new { name = "whoami" }, 200),
            ("own/method", new { }, 403),
            ("tools/list", new { }, 200),
        ];
        foreach (var (method, parameters, status) in table)
        {
            using var response = await other.Client.SendMcpAsync(method, token, parameters, revision);
            var body = await response.Content.ReadAsStringAsync();

            Assert.True(status == (int)response.StatusCode, $"{method}: {response.StatusCode} {body}");
            Assert.Equal(status == 403, body == NoRule);
            Assert.False(response.Headers.Contains("WWW-Authenticate"));
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Revisions))]
    public async Task A_rule_opens_the_tools_of_a_session(string revision)
    {
        await using var other = await Server.StartAsync(("ADDITIONS", "sessions tools-allowed"), ("Mcp__AuditCalls", "true"));
        var audience = new Uri(other.Address, "mcp").AbsoluteUri;
        var parameters = new { name = "of_session" };
        var mayWrite = Server.Issuer.CreateToken(audience, "todo:write");
        using var allowed = await other.Client.SendMcpAsync("tools/call", mayWrite, parameters, revision);
        Assert.Equal("ok", await allowed.ReadToolTextAsync());

        // Its own scope counts as well.
        var mayRead = Server.Issuer.CreateToken(audience, "todo:read");
        using var refused = await other.Client.SendMcpAsync("tools/call", mayRead, parameters, revision);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains(", scope=\"todo:read todo:write\", ", refused.GetChallenge(), StringComparison.Ordinal);

        // Each call is one line of the audit, whosever tool it is; a refused one is none.
        using var added = await other.Client.SendMcpAsync(
            "tools/call", mayWrite, new { name = "add_todo", arguments = new { title = "x" } }, revision);
        await Poll.UntilAsync(() => Task.FromResult(other.Output.Contains("Called add_todo.", StringComparison.Ordinal)));
        Assert.Equal(2, other.Output.Split("Called of_session.").Length);
        Assert.Equal(2, other.Output.Split("Called add_todo.").Length);

        // What the server has for all is called as before.
        using var ordinary = await other.Client.SendMcpAsync("tools/call", mayRead, new { name = "whoami" }, revision);
        Assert.Equal(HttpStatusCode.OK, ordinary.StatusCode);
    }

    [SkippableTheory]
    [InlineData("""{"jsonrpc":"2.0","method":"own/event"}""", 403)]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/initialized"}""", 202)]
    [InlineData("""{"jsonrpc":"2.0","method":"unknown/event"}""", 202)]
    [InlineData("""{"jsonrpc":"2.0","method":"tools/call","params":{"name":"list_todos"}}""", 403)]
    public async Task Notifications_follow_the_same_rules(string body, int expected)
    {
        using var request = McpRequests.Create("x", Server.CreateToken(null));
        request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await Server.Http.SendAsync(request);

        Assert.Equal(expected, (int)response.StatusCode);
    }

    [SkippableTheory]
    [MemberData(nameof(Revisions))]
    public async Task What_nothing_answers_is_a_matter_of_the_SDK(string revision)
    {
        await using var ordinary = await Server.StartAsync();
        var token = Server.Issuer.CreateToken(new Uri(ordinary.Address, "mcp").AbsoluteUri);
        foreach (var (method, parameters) in new (string, object)[] { ("own/method", new { }), ("tools/call", new { name = "unknown" }) })
        {
            using var response = await ordinary.Client.SendMcpAsync(method, token, parameters, revision);

            Assert.NotEqual(HttpStatusCode.Forbidden, response.StatusCode);
            Assert.NotNull((await response.ReadMessageAsync())["error"]!["code"]);
        }
    }

    [SkippableTheory]
    [InlineData("unknown-scope", "unknown of the class UnknownScopeTools requires the scope 'todo:unknown', which is not one of this server: add it to All in Scopes.cs")]
    [InlineData("empty-scope", "empty of the class EmptyScopeTools requires the scope ''")]
    [InlineData("line-scope", "line of the class LineScopeTools requires the scope 'todo:read")]
    [InlineData("method-scope", "tools/call requires the scope 'todo:unknown'")]
    [InlineData("scheme", "scheme of the class SchemeTools has an attribute [Authorize(AuthenticationSchemes = \"Cookies\")]")]
    [InlineData("interface", "run of the class InterfaceTools does not get the attributes that IContract.Run has")]
    [InlineData("function", "of_function does not show the attributes of its method")]
    [InlineData("methods", "answers tasks/get, skills/read, own/open, and nothing says who may call it")]
    [InlineData("tool-handler", "answers tools/call, and nothing says who may call it")]
    [InlineData("notifications", "answers own/event, and nothing says who may call it")]
    public async Task What_cannot_be_kept_stops_the_start(string additions, string expected)
    {
        var result = await ((OwnMethodsServer)Server).RunToEndAsync(additions);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(expected, result.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_stream_of_a_session_ends_with_its_token()
    {
        await using var other = await Server.StartAsync(("ADDITIONS", "stateful"));

        // Of the 30 seconds by which clocks may differ, some are left.
        var end = DateTimeOffset.UtcNow.AddSeconds(-25).ToUnixTimeSeconds();
        using var response = await OpenStreamAsync(other, ("exp", end));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await WaitForEndAsync(response);

        Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeSeconds(), end + 29, end + 45);
    }

    /// <summary>Otherwise it would keep the server from stopping for as long as its shutdown timeout allows, 30 seconds.</summary>
    [SkippableFact]
    public async Task Streams_of_a_user_are_few_keep_nobody_from_calling_and_end_with_the_server()
    {
        await using var other = await Server.StartAsync(
            ("ADDITIONS", "stateful"), ("Mcp__DrainSeconds", "1"), ("Mcp__ConcurrentRequests", "1"));
        using var response = await OpenStreamAsync(other);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var second = await OpenStreamAsync(other); // This has called initialize.
        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.NotNull(second.Headers.RetryAfter);

        var stopped = other.StopAsync();
        await WaitForEndAsync(response);

        await stopped;
    }

    private async Task<HttpResponseMessage> OpenStreamAsync(ServerProcess server, params (string, object?)[] claims)
    {
        var audience = new Uri(server.Address, "mcp").AbsoluteUri;
        var parameters = new { protocolVersion = "2025-11-25", capabilities = new { }, clientInfo = new { name = "x", version = "1" } };
        using var started = await server.Client.SendMcpAsync("initialize", Server.Issuer.CreateToken(audience), parameters);
        var session = Assert.Single(started.Headers.GetValues("Mcp-Session-Id"));

        using var request = McpRequests.Create("x", Server.Issuer.CreateToken(audience, claims: claims));
        request.Method = HttpMethod.Get;
        request.Content = null;
        request.Headers.Add("Mcp-Session-Id", session);
        return await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static async Task WaitForEndAsync(HttpResponseMessage response)
    {
        using var atMost = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var ended = await Record.ExceptionAsync(() => response.Content.ReadAsStringAsync(atMost.Token));
        Assert.False(ended is OperationCanceledException, "The stream goes on.");
    }
}
