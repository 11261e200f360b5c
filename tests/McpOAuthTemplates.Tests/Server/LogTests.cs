using System.Diagnostics;
using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Server;

/// <summary>No token and no personal data in any log, however much is logged.</summary>
public sealed class LogTests
{
    [Fact]
    public async Task Nothing_secret_or_personal_is_logged_at_any_level()
    {
        await using var issuer = await TestIssuer.StartNewAsync();
        await using var server = await TodoServer.StartAsync(
            issuer,
            ("Logging__LogLevel__Default", "Trace"),
            ("Logging__LogLevel__Microsoft.AspNetCore", "Trace"),
            ("Logging__LogLevel__ModelContextProtocol", "Trace"),
            ("Logging__Console__LogLevel__Default", "Trace"));
        var audience = new Uri(server.Address, "mcp").AbsoluteUri;
        const string Subject = "alice-4711", Title = "visit-the-doctor-4712";
        var good = issuer.CreateToken(audience, "todo:read todo:write", Subject);
        foreach (var revision in McpRequests.Revisions)
        {
            (await server.Client.CallToolAsync("add_todo", good, new { title = Title }, revision)).Dispose();
            (await server.Client.CallToolAsync("list_todos", good, revision: revision)).Dispose();
            (await server.Client.CallToolAsync("whoami", good, revision: revision)).Dispose();
            (await server.Client.CallToolAsync("add_todo", issuer.CreateToken(audience, "todo:read", Subject), revision: revision)).Dispose();
        }

        string[] bad =
        [
            issuer.CreateToken("https://other.contoso.com", subject: Subject),
            issuer.CreateToken(audience, subject: Subject, claims: [("iss", "https://other.contoso.com")]),
            issuer.CreateToken(audience, subject: Subject, claims: [("exp", 1)]),
            good[..^4], good.Replace('.', '-'),
        ];
        foreach (var token in bad)
        {
            (await server.Client.CallToolAsync("whoami", token)).Dispose();
        }

        // Routing takes each of these paths to the endpoint.
        foreach (var path in new[] { "/mcp", "/mcp/", "/MCP" })
        {
            using var query = McpRequests.Create("tools/list", token: null);
            query.RequestUri = new Uri(path + "?access_token=" + good, UriKind.Relative);
            (await server.Client.SendAsync(query)).Dispose();
        }

        await Poll.UntilAsync(() => Task.FromResult(server.Output.Contains("trce:", StringComparison.Ordinal)));
        await Poll.UntilAsync(() => Task.FromResult(server.Output.Contains("/MCP?", StringComparison.Ordinal)));
        var lines = server.Output.Split('\n');
        foreach (var secret in new[] { "eyJ", Subject, Title })
        {
            Assert.DoesNotContain(lines, line => line.Contains(secret, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Each_refusal_is_one_line_that_says_why()
    {
        await using var issuer = await TestIssuer.StartNewAsync();
        await using var server = await TodoServer.StartAsync(issuer, ("Logging__Console__FormatterName", "json"));
        var audience = new Uri(server.Address, "mcp").AbsoluteUri;
        var client = ("client_id", (object?)("line\nbreak" + new string('x', 200)));
        (await server.Client.CallToolAsync("whoami", token: null)).Dispose();
        (await server.Client.CallToolAsync("whoami", issuer.CreateToken(audience, claims: ("exp", 1)))).Dispose();
        (await server.Client.CallToolAsync("add_todo", issuer.CreateToken(audience, "todo:read", claims: client))).Dispose();

        await Poll.UntilAsync(() => Task.FromResult(ReadLines(server, "OAuth.Refusals").Count() == 3));
        var states = ReadLines(server, "OAuth.Refusals").Select(line => line["State"]!).ToArray();
        Assert.Equal(
            [("401", "unauthorized"), ("401", "invalid_token"), ("403", "insufficient_scope")],
            states.Select(state => (state["Status"]!.ToString(), state["Error"]!.ToString())));
        Assert.Equal("The access token has expired.", (string)states[1]["Description"]!);
        Assert.Equal("add_todo", (string)states[2]["Tool"]!);
        Assert.Equal("line?break" + new string('x', 90), (string)states[2]["Client"]!);
        Assert.All(states, state => Assert.Matches("^[0-9a-f]{32}$", (string)state["TraceId"]!));
    }

    [Fact]
    public async Task A_flood_of_refusals_fills_no_disk()
    {
        await using var issuer = await TestIssuer.StartNewAsync();
        await using var server = await TodoServer.StartAsync(issuer);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 20; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
                (await server.Client.CallToolAsync("whoami", "junk")).Dispose()));
        }

        var seconds = (int)watch.Elapsed.TotalSeconds + 2;
        var lines = server.Output.Split("Refused with 401 invalid_token: ").Length - 1;
        Assert.InRange(lines, 10, seconds * 10);

        // What is left out is counted.
        await Poll.UntilAsync(async () =>
        {
            (await server.Client.CallToolAsync("whoami", "junk")).Dispose();
            return server.Output.Contains(" more lines like 'Refused with 401 invalid_token' were left out", StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task With_a_setting_each_call_that_changes_something_is_one_line_for_an_audit()
    {
        await using var issuer = await TestIssuer.StartNewAsync();
        await using var server = await TodoServer.StartAsync(
            issuer,
            ("Logging__Console__FormatterName", "json"),
            ("Mcp__AuditCalls", "true"),
            ("Mcp__SubjectLogKey", "a key of 16 characters"));
        var audience = new Uri(server.Address, "mcp").AbsoluteUri;
        foreach (var subject in new[] { "alice", "bob", "alice" })
        {
            var token = issuer.CreateToken(audience, "todo:read todo:write", subject);
            (await server.Client.CallToolAsync("add_todo", token, new { title = "x" })).Dispose();
            (await server.Client.CallToolAsync("list_todos", token)).Dispose();
            (await server.Client.CallToolAsync("whoami", token)).Dispose();
            (await server.Client.CallToolAsync("add_todo", issuer.CreateToken(audience, "todo:read", subject))).Dispose();
        }

        await Poll.UntilAsync(() => Task.FromResult(ReadLines(server, "OAuth.Audit").Count() == 3));
        var states = ReadLines(server, "OAuth.Audit").Select(line => line["State"]!).ToArray();
        Assert.All(states, state => Assert.Equal("add_todo", (string)state["Tool"]!));
        Assert.All(states, state => Assert.Equal("test-client", (string)state["Client"]!));
        var subjects = states.Select(state => (string)state["Subject"]!).ToArray();
        Assert.All(subjects, subject => Assert.Matches("^[0-9A-F]{16}$", subject));
        Assert.Equal(subjects[0], subjects[2]);
        Assert.NotEqual(subjects[0], subjects[1]);
    }

    [Fact]
    public async Task The_settings_decide_what_else_is_logged()
    {
        await using var issuer = await TestIssuer.StartNewAsync();
        await using var server = await TodoServer.StartAsync(issuer, ("Logging__LogLevel__ModelContextProtocol", "Warning"));
        var token = issuer.CreateToken(new Uri(server.Address, "mcp").AbsoluteUri, "todo:write");
        (await server.Client.CallToolAsync("list_todos", token)).Dispose();
        (await server.Client.CallToolAsync("complete_todo", token, new { id = "no number" })).Dispose();

        await Poll.UntilAsync(() => Task.FromResult(server.Output.Contains("fail: ModelContextProtocol", StringComparison.Ordinal)));
        Assert.DoesNotMatch("(trce|dbug|info): ModelContextProtocol", server.Output);
    }

    private static IEnumerable<JsonNode> ReadLines(ServerProcess server, string category) =>
        from line in server.Output.Split('\n')
        where line.StartsWith('{') && line.TrimEnd().EndsWith('}')
        let json = JsonNode.Parse(line)!
        where (string?)json["Category"] == category
        select json;
}
