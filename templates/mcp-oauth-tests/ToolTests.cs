using System.ComponentModel;
using System.Security.Claims;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Server;

namespace McpOAuthServer.Tests;

/// <summary>
/// How to run a tool in a test. The one here is only in this test, so that the test passes
/// whatever tools the server has: call one of yours by its name instead, with no need for AddServices.
/// </summary>
public sealed class ToolTests
{
    [Fact]
    public async Task A_tool_runs_for_the_user_of_the_token()
    {
        using var server = new ServerFactory
        {
            RunsTools = true,
            AddServices = services => services.AddMcpServer().WithTools<GreetingTools>(),
        };
        var token = server.CreateToken(("sub", "ada"));

        var text = await server.CallToolAsync("greet", token, new JsonObject { ["greeting"] = "Hello" });

        Assert.Equal("Hello, ada!", text);
    }

    private sealed class GreetingTools
    {
        [McpServerTool, Description("Greets the user.")]
        [Authorize]
        public static string Greet(ClaimsPrincipal user, string greeting) => $"{greeting}, {user.Identity?.Name}!";
    }
}
