using System.ComponentModel;
using System.Security.Claims;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Server;

namespace TodoServer.Tests;

/// <summary>
/// Shows how to run a tool in a test. This test adds its own tool, so that it passes with any
/// server: without AddServices, call one of your tools by its name.
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
