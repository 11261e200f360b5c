using System.Net;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Wiring;

/// <summary>What a wired app says at its start when something is left to do.</summary>
public sealed class ExistingAppStartTests
{
    [Fact]
    public async Task A_left_over_MapMcp_stops_the_start()
    {
        var output = await FindRefusalAsync("left-over");

        Assert.NotNull(output);
        Assert.Contains("/old", output, StringComparison.Ordinal);
        Assert.Contains("MapProtectedMcp", output, StringComparison.Ordinal);
    }

    /// <summary>What tells of endpoints without a token must not be taken for granted.</summary>
    [Fact]
    public async Task An_endpoint_that_is_opened_again_asks_for_a_token_all_the_same()
    {
        var output = await FindRefusalAsync("open-again");

        Assert.True(output is null || output.Contains("AllowAnonymous", StringComparison.Ordinal), output);
    }

    [Fact]
    public async Task Without_an_MCP_server_a_sentence_says_what_is_missing()
    {
        var output = await FindRefusalAsync("no-mcp-server");

        Assert.True(output is null || output.Contains("AddMcpServer()", StringComparison.Ordinal), output);
    }

    /// <summary>How long its stop takes is up to the app, unless a setting says otherwise.</summary>
    [Fact]
    public async Task A_wired_app_stops_at_once_as_before()
    {
        var app = ExistingApps.Find("own-health");
        await ExistingAppBuild.ShouldBuildAsync(app);
        await using var callers = await AppCallers.StartAsync();
        await using var server = await ExistingAppRun.StartAsync(app, app.After, callers);
        await server.StopAsync();

        Assert.DoesNotContain("Mcp:DrainSeconds", server.Output, StringComparison.Ordinal);
    }

    // What the server says before it stops; or null if it runs, and asks for a token.
    private static async Task<string?> FindRefusalAsync(string name)
    {
        var app = ExistingApps.Find(name);
        await ExistingAppBuild.ShouldBuildAsync(app);
        await using var callers = await AppCallers.StartAsync();
        ServerProcess server;
        try
        {
            server = await ExistingAppRun.StartAsync(app, app.After, callers);
        }
        catch (Xunit.Sdk.XunitException exception)
        {
            return exception.Message;
        }

        await using (server)
        {
            using var response = await server.Client.CallToolAsync("get_note", token: null);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            return null;
        }
    }
}
