using System.Net.Http.Json;
using System.Text;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.IdentityModel.Tokens;

namespace McpOAuthTemplates.Tests.Server;

/// <summary>A server with --telemetry, to which its owner has added a tool for a role.</summary>
public sealed class TelemetryServer() : ServerFixture()
{
    private const string Code = """
        using System.ComponentModel;
        using Microsoft.AspNetCore.Authorization;
        using ModelContextProtocol;
        using ModelContextProtocol.Server;

        namespace TodoServer.Tools;

        [McpServerToolType]
        internal sealed class AdminTools
        {
            [McpServerTool(Name = "admin"), Description("x"), Authorize(Roles = "admin")]
            public static string Admin() => "ok";

            [McpServerTool(Name = "fail"), Description("x")]
            public static string Fail(string text) => throw new InvalidOperationException(text);

            [McpServerTool(Name = "fail_inside"), Description("x")]
            public static string FailInside(string text) =>
                throw new InvalidOperationException("It failed.", new AggregateException(new McpException(text)));

            [McpServerTool(Name = "fail_with_result"), Description("x")]
            public static string FailWithResult(string text) => throw new McpException(text);
        }

        [McpServerResourceType]
        internal sealed class NoteResources
        {
            [McpServerResource(UriTemplate = "notes://{person}"), Description("x")]
            public static string Read(string person) => "A note of " + person;

            [McpServerResource(UriTemplate = "broken://{person}"), Description("x")]
            public static string Break(string person) => throw new McpException(person);
        }

        [McpServerPromptType]
        internal sealed class NotePrompts
        {
            [McpServerPrompt(Name = "note"), Description("x")]
            public static string Note(string person) => throw new McpException(person);
        }
        """;

    internal const string Folder = "telemetry-under-test";

    internal static Task AddCodeAsync(GeneratedProject project) => project.AddToolsAsync(Code, ".WithTools<AdminTools>().WithResources<NoteResources>().WithPrompts<NotePrompts>()");

    protected override async Task<(string Program, string Folder)> BuildAsync()
    {
        var project = await ServersUnderTest.BuiltAsync(Folder);
        return (project.GetAssembly(), project.ContentRoot);
    }
}

/// <summary>What a server with --telemetry sends to a collector, and what it keeps to itself.</summary>
public sealed class TelemetryTests(TelemetryServer server) : ServerTests(server), IClassFixture<TelemetryServer>
{
    [SkippableFact]
    public async Task A_call_is_exported_as_spans_metrics_and_logs()
    {
        await using var exported = await ExportAsync(async (client, audience) =>
            (await client.CallToolAsync("list_todos", Server.Issuer.CreateToken(audience, "todo:read"))).Dispose());

        var request = exported.Spans.Single(span => span.Scope == "Microsoft.AspNetCore");
        Assert.Equal("POST /mcp/", request.Name);
        Assert.Equal("200", request.Attributes["http.response.status_code"]);
        var call = exported.Spans.Single(span => span.Scope == "Experimental.ModelContextProtocol");
        Assert.Equal("tools/call list_todos", call.Name);
        Assert.Equal(request.Id, call.ParentId);
        Assert.Contains(exported.Spans, span => span.Scope == "System.Net.Http");

        Assert.Single(exported.Metrics, point => point is { Name: "mcp.server.operation.duration", Value: 1 }
            && point.Attributes.GetValueOrDefault("gen_ai.tool.name") == "list_todos");
        Assert.Subset(
            exported.Metrics.Select(point => point.Name).ToHashSet(),
            new HashSet<string>(["http.server.request.duration", "http.client.request.duration", "dotnet.gc.collections"]));
        Assert.Contains(exported.Logs, record => record.Scope == "Microsoft.Hosting.Lifetime");
        Assert.All(exported.Services, service => Assert.Equal("TodoServer", service));
    }

    [SkippableFact]
    public async Task Refusals_are_counted_by_reason_and_tool()
    {
        await using var exported = await ExportAsync(async (client, audience) =>
        {
            var reader = Server.Issuer.CreateToken(audience, "todo:read");
            var otherKey = new SigningCredentials(TestIssuer.CreateForeignKey(), SecurityAlgorithms.RsaSha256);
            (string Tool, string? Token)[] calls =
            [
                ("list_todos", reader),
                ("list_todos", null),
                ("add_todo", null),
                ("list_todos", Server.Issuer.CreateToken(audience, claims: [("exp", 1)])),
                ("list_todos", Server.Issuer.CreateToken("https://other.contoso.com")),
                ("list_todos", Server.Issuer.CreateToken(audience, claims: [("iss", "https://other.contoso.com")])),
                ("list_todos", Server.Issuer.CreateToken(audience, signedBy: otherKey)),
                ("list_todos", "nonsense"),
                ("add_todo", reader),
                ("add_todo", reader),
                ("complete_todo", reader),
                ("admin", reader),
                ("no_such_tool", reader),
            ];
            foreach (var (tool, token) in calls)
            {
                (await client.CallToolAsync(tool, token)).Dispose();
            }

            client.DefaultRequestHeaders.Authorization = new("Bearer", reader);
            (await client.PostAsJsonAsync("/api/todos", new { title = "x" })).Dispose();
        });

        Assert.Equal(
            [
                "oauth.challenges audience: 1",
                "oauth.challenges expired: 1",
                "oauth.challenges invalid: 2",
                "oauth.challenges issuer: 1",
                "oauth.challenges missing: 2",
                "oauth.denials forbidden admin: 1",
                "oauth.denials insufficient_scope add_todo: 2",
                "oauth.denials insufficient_scope complete_todo: 1",
                "oauth.denials insufficient_scope: 1",
            ],
            exported.Metrics.Where(point => point.Scope == "OAuth").Select(Describe).Order(StringComparer.Ordinal));

        static string Describe(MetricPoint point) =>
            $"{point.Name} {string.Join(' ', point.Attributes.OrderByDescending(tag => tag.Key).Select(tag => tag.Value))}: {point.Value}";
    }

    [SkippableFact]
    public async Task Nothing_secret_or_personal_is_exported_at_any_level()
    {
        const string Subject = "alice-4711", Title = "visit-the-doctor-4712";
        const int UnknownId = 471347134;
        var secrets = new List<string> { "eyJ", Subject, Title, $"{UnknownId}" };
        await using var exported = await ExportAsync(
            async (client, audience) =>
            {
                var good = Server.Issuer.CreateToken(audience, "todo:read todo:write", Subject);
                var reader = Server.Issuer.CreateToken(audience, "todo:read", Subject);
                var expired = Server.Issuer.CreateToken(audience, subject: Subject, claims: [("exp", 1)]);
                secrets.AddRange(new[] { good, reader, expired }.SelectMany(token => token.Split('.')));
                foreach (var revision in McpRequests.Revisions)
                {
                    foreach (var token in new[] { good, reader, expired })
                    {
                        (await client.CallToolAsync("add_todo", token, new { title = Title }, revision)).Dispose();
                        (await client.CallToolAsync("add_todo", token, new { title = new[] { Title } }, revision)).Dispose();
                        (await client.CallToolAsync("list_todos", token, revision: revision)).Dispose();
                        (await client.CallToolAsync("complete_todo", token, new { id = UnknownId }, revision)).Dispose();
                        (await client.CallToolAsync("whoami", token, revision: revision)).Dispose();
                    }
                }

                foreach (var token in new[] { good, null })
                {
                    using var query = McpRequests.Create("tools/list", token);
                    query.RequestUri = new Uri("/mcp?access_token=" + good, UriKind.Relative);
                    (await client.SendAsync(query)).Dispose();
                }
            },
            ("Logging__LogLevel__Default", "Trace"),
            ("Logging__OpenTelemetry__LogLevel__Default", "Trace"));

        Assert.Contains(exported.Spans, span => span.Attributes.ContainsKey("url.query"));
        Assert.Contains(exported.Spans, span => span.Name == "tools/call complete_todo" && span.Attributes["error.type"] == "tool_error");
        Assert.Contains(exported.Logs, record => record.Scope == "Microsoft.AspNetCore.Server.Kestrel.Connections");
        Assert.All(secrets, secret => Assert.DoesNotContain(
            exported.Bodies, body => body.Span.IndexOf(Encoding.UTF8.GetBytes(secret)) >= 0));
    }

    /// <summary>The sentences of the README, where the caller has chosen the text.</summary>
    [SkippableTheory]
    [InlineData("Information")]
    [InlineData("Trace")]
    public async Task Of_what_callers_choose_only_the_message_of_a_thrown_exception_is_exported(string level)
    {
        await using var exported = await ExportAsync(
            async (client, audience) =>
            {
                var token = Server.Issuer.CreateToken(audience, "todo:read");
                foreach (var revision in new[] { "2025-11-25", "2026-07-28" })
                {
                    await SendAsync("tools/call", new { name = "fail", arguments = new { text = "exception-4713" } });
                    await SendAsync("tools/call", new { name = "fail_inside", arguments = new { text = "secret-inner" } });
                    await SendAsync("tools/call", new { name = "fail_with_result", arguments = new { text = "secret-result" } });
                    await SendAsync("prompts/get", new { name = "note", arguments = new { person = "secret-prompt" } });
                    await SendAsync("resources/read", new { uri = "notes://secret-read" });
                    await SendAsync("resources/read", new { uri = "broken://secret-broken" });
                    await SendAsync("resources/read", new { uri = "nothing://secret-nothing" });
                    await SendAsync("resources/subscribe", new { uri = "notes://secret-subscribed" });

                    async Task SendAsync(string method, object parameters) =>
                        (await client.SendMcpAsync(method, token, parameters, revision)).Dispose();
                }
            },
            ("Logging__LogLevel__Default", level),
            ("Logging__LogLevel__ModelContextProtocol", level),
            ("Logging__OpenTelemetry__LogLevel__Default", level));

        Assert.Contains(exported.Logs, record => record.Attributes.GetValueOrDefault("exception.message") == "exception-4713");
        Assert.Contains(exported.Logs, record => record.Body.StartsWith("ReadResource", StringComparison.Ordinal));
        Assert.Contains(exported.Spans, span => span.Name == "resources/read");
        Assert.Contains(exported.Metrics, point => point.Attributes.GetValueOrDefault("mcp.method.name") == "resources/read");
        Assert.DoesNotContain(exported.Bodies, body => body.Span.IndexOf("secret-"u8) >= 0);
    }

    /// <summary>The exceptions that the README makes for logs, at the levels that it names.</summary>
    [SkippableFact]
    public async Task The_SDK_logs_the_exceptions_of_tools_and_the_URIs_of_resources()
    {
        await using var logging = await Server.StartAsync(("Logging__LogLevel__ModelContextProtocol", "Information"));
        var token = Server.Issuer.CreateToken(new Uri(logging.Address, "mcp").AbsoluteUri, "todo:read");
        (await logging.Client.CallToolAsync("fail", token, new { text = "message-4713" })).Dispose();
        (await logging.Client.CallToolAsync("fail_with_result", token, new { text = "result-4713" })).Dispose();
        (await logging.Client.SendMcpAsync("resources/read", token, new { uri = "notes://read-4713" })).Dispose();
        (await logging.Client.SendMcpAsync("resources/read", token, new { uri = "nothing://missing-4713" })).Dispose();
        await logging.StopAsync();

        Assert.Matches(@"fail: ModelContextProtocol\S+\s+""fail"" threw [^\n]+\s+System\.InvalidOperationException: message-4713", logging.Output);
        Assert.Matches(@"fail: ModelContextProtocol\S+\s+""fail_with_result"" threw [^\n]+\s+\S+McpException: result-4713", logging.Output);
        Assert.Matches(@"info: ModelContextProtocol\S+\s+ReadResource ""notes://read-4713"" completed", logging.Output);
        Assert.Matches(@"fail: ModelContextProtocol\S+\s+ReadResource ""nothing://missing-4713"" threw", logging.Output);
    }

    [SkippableTheory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "")]
    [InlineData("OTEL_SDK_DISABLED", "true")]
    public async Task The_standard_variables_switch_it_off(string name, string value)
    {
        await using var endpoint = await OtlpEndpoint.StartNewAsync();

        // With the proxy, the exporter would reach the endpoint even if it took a default one.
        await using var silent = await Server.StartAsync([.. endpoint.Settings, ("HTTP_PROXY", endpoint.Address), (name, value)]);
        (await silent.Client.SendMcpAsync("tools/list", token: null)).Dispose();
        await silent.StopAsync();

        Assert.Empty(endpoint.Bodies);
        Assert.DoesNotMatch(@"(warn|fail|crit): (?!TodoServer\.Hosting\.KeyWarmUp)", silent.Output); // The proxy knows no keys.
    }

    [SkippableFact]
    public async Task The_standard_variables_name_the_service_and_its_attributes()
    {
        await using var exported = await ExportAsync((_, _) => Task.CompletedTask, ("OTEL_SERVICE_NAME", "todos-of-contoso"));

        Assert.NotEmpty(exported.Services);
        Assert.All(exported.Services, service => Assert.Equal("todos-of-contoso", service));
    }

    [SkippableFact]
    public async Task One_signal_alone_can_have_an_endpoint()
    {
        await using var exported = await ExportAsync(
            async (client, _) => (await client.SendMcpAsync("tools/list", token: null)).Dispose(),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", ""), ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "{otlp}/v1/traces"));

        Assert.Equal(["/v1/traces"], exported.Paths.Distinct());
    }

    /// <summary>Runs a server that exports, and stops it: then it has sent all that it had.</summary>
    private async Task<OtlpEndpoint> ExportAsync(
        Func<HttpClient, string, Task> requests, params (string Name, string Value)[] settings)
    {
        var endpoint = await OtlpEndpoint.StartNewAsync();
        var withAddress = settings.Select(setting => (setting.Name, setting.Value.Replace("{otlp}", endpoint.Address, StringComparison.Ordinal)));
        await using var exporting = await Server.StartAsync([.. endpoint.Settings, .. withAddress]);
        await requests(exporting.Client, new Uri(exporting.Address, "mcp").AbsoluteUri);
        await exporting.StopAsync();
        return endpoint;
    }
}
