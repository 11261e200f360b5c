using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Wiring;

/// <summary>
/// What the README says of the logs, in an app whose only logger is Serilog, at its lowest level: the rules of ASP.NET Core for what is
/// logged mean nothing there.
/// </summary>
public sealed class SerilogTests
{
    private const string Subject = "alice-4711";

    [Fact]
    public async Task No_token_and_no_user_is_logged()
    {
        var app = ExistingApps.Find("serilog");
        await ExistingAppBuild.ShouldBuildAsync(app);
        await using var callers = await AppCallers.StartAsync();
        await using var server = await ExistingAppRun.StartAsync(app, app.After, callers);
        var secrets = new List<string> { Subject };
        foreach (var token in CreateTokens(app, server, callers))
        {
            secrets.AddRange(token.Split('.').Where(part => part.Length > 8));
            foreach (var revision in McpRequests.Revisions)
            {
                (await server.Client.CallToolAsync("list_todos", token, revision: revision)).Dispose();
                (await server.Client.CallToolAsync("add_todo", token, new { title = "x" }, revision)).Dispose();
            }

            foreach (var path in new[] { "/mcp", "/mcp/", "/MCP" })
            {
                using var query = McpRequests.Create("tools/list", token);
                query.RequestUri = new Uri($"{path}?access_token={token}", UriKind.Relative);
                (await server.Client.SendAsync(query)).Dispose();
            }
        }

        await server.StopAsync();
        Assert.Contains("VRB ", server.Output, StringComparison.Ordinal);
        Assert.Contains("DBG Microsoft.AspNetCore.Server.Kestrel", server.Output, StringComparison.Ordinal);
        Assert.Contains("/MCP?redacted", server.Output, StringComparison.Ordinal);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, server.Output, StringComparison.Ordinal));
    }

    /// <summary>The limit: arguments and results are the SDK's own lines, and Serilog takes them.</summary>
    [Fact]
    public async Task A_logger_that_takes_arguments_and_results_is_named_at_the_start()
    {
        const string Warning = "ModelContextProtocol.Server.McpServer logs arguments and results of tools";
        var app = ExistingApps.Find("serilog");
        await ExistingAppBuild.ShouldBuildAsync(app);
        await using var callers = await AppCallers.StartAsync();
        await using var taking = await ExistingAppRun.StartAsync(app, app.After, callers);
        await using var silent = await TodoServer.StartAsync(("Logging__LogLevel__ModelContextProtocol", "Trace"));

        await Poll.UntilAsync(() => Task.FromResult(taking.Output.Contains(Warning, StringComparison.Ordinal)));
        Assert.DoesNotContain("logs arguments and results", silent.Output, StringComparison.Ordinal);
    }

    private static string[] CreateTokens(ExistingApp app, ServerProcess server, AppCallers callers)
    {
        var resource = app.GetResource(server);
        var good = callers.Issuer.CreateToken(resource, "todo:read todo:write", Subject);
        return
        [
            good,
            callers.Issuer.CreateToken(resource, "todo:read", Subject),
            callers.Issuer.CreateToken("https://other.contoso.com", subject: Subject),
            callers.Issuer.CreateToken(resource, subject: Subject, claims: ("exp", 1)),
            callers.Issuer.CreateToken(resource, subject: Subject, claims: ("iss", "https://other.contoso.com")),
            good[..^4],
        ];
    }
}
