using Microsoft.AspNetCore.Authorization;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace TodoServer.Tests;

/// <summary>
/// Tools, a prompt and a resource that are added to those of the server. None of them runs: each
/// returns <see cref="Reached"/>.
/// </summary>
internal static class TestPrimitives
{
    public const string Reached = "Authorization has let this call pass.";

    /// <summary>The tool and the prompt that require all scopes.</summary>
    public const string Scoped = "needs_all_scopes";

    public const string RoleTool = "needs_a_role_that_nobody_has";

    /// <summary>The role is required by the class, which inherits the method.</summary>
    public const string InheritedRoleTool = "needs_a_role_by_its_class";

    public static void Add(McpServerOptions mcp)
    {
        object[] scopes = [ScopeList.Require(ScopeList.All)];
        object[] role = [new AuthorizeAttribute { Roles = "nobody" }];
        var tools = mcp.ToolCollection ??= [];
        tools.Add(CreateTool(Scoped, scopes));
        tools.Add(CreateTool(RoleTool, role));
        tools.Add(McpServerTool.Create(
            typeof(RoleTools).GetMethod(nameof(RoleTools.Run))!,
            _ => new RoleTools(),
            new() { Name = InheritedRoleTool }));

        var prompts = mcp.PromptCollection ??= [];
        prompts.Add(McpServerPrompt.Create(() => "", new() { Name = Scoped, Metadata = scopes }));

        var resources = mcp.ResourceCollection ??= [];
        resources.Add(McpServerResource.Create((string id) => id, new()
        {
            UriTemplate = "test://needs-all-scopes/{id}",
            Metadata = scopes,
        }));
    }

    public static McpServerTool CreateTool(string name, params object[] attributes) =>
        McpServerTool.Create(() => "", new() { Name = name, Metadata = attributes });

    public static void RunNothing(McpServerOptions mcp)
    {
        var filters = mcp.Filters.Request;
        var text = new TextContentBlock { Text = Reached };
        var contents = new TextResourceContents { Uri = ServerFactory.Origin, Text = Reached };
        filters.CallToolFilters.Add(
            _ => (_, _) => new(new CallToolResult { Content = [text] }));
        filters.GetPromptFilters.Add(
            _ => (_, _) => new(new GetPromptResult { Description = Reached }));
        filters.ReadResourceFilters.Add(
            _ => (_, _) => new(new ReadResourceResult { Contents = [contents] }));
    }

    private class PlainTools
    {
        public virtual string Run() => "";
    }

    [Authorize(Roles = "nobody")]
    private sealed class RoleTools : PlainTools;
}
