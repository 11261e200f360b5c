using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;

namespace TodoServer.Tests;

/// <summary>Settings and attributes with which the server does not start.</summary>
public sealed class StartTests
{
    private const string Tool = "bad_tool";

    // By the problem that the message reports.
    private static readonly Dictionary<string, McpServerTool> s_tools = new()
    {
        ["which is not one of this server"] =
            TestPrimitives.CreateTool(Tool, ScopeList.Require(["no:such-scope"])),
        ["remove the scheme"] =
            TestPrimitives.CreateTool(Tool, new AuthorizeAttribute { AuthenticationSchemes = "X" }),
        ["does not show the attributes of its method"] =
            McpServerTool.Create(AIFunctionFactory.Create(() => "", Tool)),
        ["put them on the method of the class"] =
            McpServerTool.Create(new Tools().Run, new() { Name = Tool }),
    };

    public static TheoryData<string> ToolProblems => [.. s_tools.Keys];

    [Fact]
    public void All_that_is_wrong_with_the_settings_stops_the_start_in_one_message()
    {
        var message = GetRefusal<OptionsValidationException>(new ServerFactory(
            ("OAuth:Issuer", "https://login.example.com"),
            ("OAuth:Resource", "http://mcp.test/mcp"),
            ("OAuth:Audiences:0", " ")));

        Assert.Contains("OAuth__Issuer", message);
        Assert.Contains("OAuth__Resource", message);
        Assert.Contains("OAuth__Audiences", message);
    }

    [Theory]
    [InlineData("OAuth:Issuer", "")]
    [InlineData("OAuth:Issuer", "http://issuer.test")]
    [InlineData("OAuth:Issuer", "https://login.example.com")]
    [InlineData("OAuth:Resource", "https://tools.example.com/mcp")]
    [InlineData("OAuth:Resource", "http://mcp.test/mcp")]
    [InlineData("OAuth:Resource", "https://mcp.test/mcp#tools")]
    [InlineData("OAuth:Resource", "https://mcp.test/mcp?tools")]
    [InlineData("OAuth:Audiences", "api://text-for-a-list")]
    [InlineData("OAuth:KeyRefreshSeconds", "86400")]
    [InlineData("Mcp:AllowedOrigins:0", "*")]
    public void An_unsafe_setting_stops_the_start(string name, string value)
    {
        var server = new ServerFactory((name, value));

        Assert.Contains(name, GetRefusal<OptionsValidationException>(server));
    }

    [Theory]
    [MemberData(nameof(ToolProblems))]
    public void A_tool_whose_rule_cannot_be_kept_stops_the_start(string problem)
    {
        var tool = s_tools[problem];
        var server = new ServerFactory { AddServices = services => services.AddSingleton(tool) };
        var message = GetRefusal<InvalidOperationException>(server);

        Assert.Contains(Tool, message);
        Assert.Contains(problem, message);
    }

    [Fact]
    public void A_handler_for_which_no_rule_is_there_stops_the_start()
    {
        const string Method = "notifications/of-nobody";
        var server = new ServerFactory
        {
            AddServices = services => services.Configure<McpServerOptions>(mcp =>
                mcp.Handlers.NotificationHandlers =
                [
                    .. mcp.Handlers.NotificationHandlers ?? [],
                    new(Method, (_, _) => ValueTask.CompletedTask),
                ]),
        };

        Assert.Contains(Method, GetRefusal<InvalidOperationException>(server));
    }

    private static string GetRefusal<TException>(ServerFactory wrong)
        where TException : Exception
    {
        using (wrong)
        {
            return Assert.Throws<TException>(() => wrong.Services).Message;
        }
    }

    private interface IContract
    {
        [Authorize(Roles = "nobody")]
        string Run();
    }

    private sealed class Tools : IContract
    {
        public string Run() => "";
    }
}
