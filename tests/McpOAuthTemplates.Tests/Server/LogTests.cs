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
    public async Task The_settings_decide_what_else_is_logged()
    {
        await using var issuer = await TestIssuer.StartNewAsync();
        await using var server = await TodoServer.StartAsync(issuer, ("Logging__LogLevel__ModelContextProtocol", "Warning"));
        var token = issuer.CreateToken(new Uri(server.Address, "mcp").AbsoluteUri, "todo:write");
        (await server.Client.CallToolAsync("list_todos", token)).Dispose();
        (await server.Client.CallToolAsync("complete_todo", token, new { id = 4711 })).Dispose();

        await Poll.UntilAsync(() => Task.FromResult(server.Output.Contains("fail: ModelContextProtocol", StringComparison.Ordinal)));
        Assert.DoesNotMatch("(trce|dbug|info): ModelContextProtocol", server.Output);
    }
}
