#if DEBUG
using global::TodoServer.Authorization;
using global::TodoServer.DevAuthorizationServer;
using ModelContextProtocol.Server;

namespace TodoServer.DevConnectPage;

/// <summary>The scopes, and all tools, prompts and resources with their requirements.</summary>
internal static class PrimitiveList
{
    public static string Create(McpServerOptions mcp, string scopePrefix)
    {
        var scopes = Scopes.All.Select(scope => CreateScope(scope, scopePrefix));
        var tools = Sort(mcp.ToolCollection).Select(tool => CreateItem(
            tool, tool.ProtocolTool.Description, scopePrefix));
        var prompts = Sort(mcp.PromptCollection).Select(prompt => CreateItem(
            prompt, prompt.ProtocolPrompt.Description, scopePrefix));
        var resources = Sort(mcp.ResourceCollection).Select(resource => CreateItem(
            resource, resource.ProtocolResourceTemplate.Description, scopePrefix));
        return $"""
            {CreateSection("Scopes", "scopes", scopes)}
            {CreateSection("Tools, and what they require", "tools", tools)}
            {CreateSection("Prompts, and what they require", "prompts", prompts)}
            {CreateSection("Resources, and what they require", "resources", resources)}
            """;
    }

    private static string CreateSection(string title, string name, IEnumerable<string> items)
    {
        var list = string.Concat(items);
        if (list.Length == 0)
        {
            return "";
        }

        return $"<section><h2>{title}</h2><ul class=\"{name}\">{list}</ul></section>";
    }

    private static string CreateScope(string scope, string prefix) => $"""
        <li><code>{Page.Encode(prefix + scope)}</code>
        <span class="soft">{Page.Encode(ScopeDescriptions.Get(scope))}</span></li>
        """;

    private static IEnumerable<T> Sort<T>(IEnumerable<T>? primitives)
        where T : IMcpServerPrimitive
    {
        return (primitives ?? []).OrderBy(primitive => primitive.Id, StringComparer.Ordinal);
    }

    private static string CreateItem(IMcpServerPrimitive primitive, string? description, string scopePrefix)
    {
        var requirements = Requirement.Find(PrimitiveAttributes.Get(primitive), scopePrefix);
        return $"""
            <li><code>{Page.Encode(primitive.Id)}</code> {string.Join(' ', requirements.Select(CreateBadge))}
            <div class="soft">{Page.Encode(description ?? "")}</div></li>
            """;
    }

    private static string CreateBadge(Requirement requirement) => $"""
        <span class="need {requirement.Kind}">{requirement.Before}
        <span class="badge">{Page.Encode(requirement.Text)}</span> {requirement.After}</span>
        """;
}
#endif
