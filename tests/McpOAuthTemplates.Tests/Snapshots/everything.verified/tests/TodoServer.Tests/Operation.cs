using System.Net.Http.Headers;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;

namespace TodoServer.Tests;

/// <summary>
/// Something that the server does: how to ask for it, and the attributes that say who may.
/// </summary>
internal sealed record Operation(
    string Name, IReadOnlyList<object> Attributes, Func<string, string, HttpRequestMessage> CreateRequest)
{
    /// <summary>The scopes of all its [RequireScope].</summary>
    public string[] Scopes => Attributes.OfType<IAllowAnonymous>().Any() ? [] :
        [.. Requirements.SelectMany(requirement => GetScopes(requirement) ?? []).Distinct()];

    /// <summary>Whether something else than scopes may refuse the call, such as a role.</summary>
    public bool HasOtherRules => Attributes.OfType<IAuthorizeData>().Any(rule => (rule.Roles ?? rule.Policy) is not null)
        || Attributes.OfType<AuthorizationPolicy>().Any() || Requirements.Any(requirement => GetScopes(requirement) is null);

    public bool SaysWhoMayUseIt => Attributes.OfType<IAuthorizeData>().Any() || Requirements.Any();

    private IEnumerable<IAuthorizationRequirement> Requirements =>
        Attributes.OfType<IAuthorizationRequirementData>().SelectMany(data => data.GetRequirements());

    /// <summary>All tools, prompts and resources, to be called without arguments.</summary>
    public static Operation[] FindPrimitives(ServerFactory server)
    {
        var mcp = server.Services.GetRequiredService<IOptions<McpServerOptions>>().Value;
        var tools = mcp.ToolCollection?.Select(tool => Create("tools/call", "name", tool.ProtocolTool.Name, tool));
        var prompts = mcp.PromptCollection?.Select(prompt => Create("prompts/get", "name", prompt.ProtocolPrompt.Name, prompt));
        var resources = mcp.ResourceCollection?.Select(resource =>
            Create("resources/read", "uri", resource.ProtocolResourceTemplate.UriTemplate, resource));
        return [.. tools ?? [], .. prompts ?? [], .. resources ?? []];

        static Operation Create(string method, string parameter, string name, IMcpServerPrimitive primitive) =>
            new(name, FindAttributes(primitive), (token, revision) =>
                new McpRequest(method, token, new() { [parameter] = Fill(name) }, revision));
    }

    /// <summary>What else names a prompt or a resource: its completion and its subscription.</summary>
    public static Operation[] FindReferences(ServerFactory server)
    {
        var mcp = server.Services.GetRequiredService<IOptions<McpServerOptions>>().Value;
        var prompts = mcp.PromptCollection?.Select(prompt => Complete(prompt, new()
        {
            ["type"] = "ref/prompt",
            ["name"] = prompt.ProtocolPrompt.Name,
        }));
        var templates = mcp.ResourceCollection?.Select(resource => Complete(resource, new()
        {
            ["type"] = "ref/resource",
            ["uri"] = resource.ProtocolResourceTemplate.UriTemplate,
        }));
        var subscriptions = mcp.ResourceCollection?.Select(resource => Create(
            resource, "resources/subscribe", new() { ["uri"] = Fill(resource.ProtocolResourceTemplate.UriTemplate) }));
        return [.. prompts ?? [], .. templates ?? [], .. subscriptions ?? []];

        static Operation Complete(IMcpServerPrimitive primitive, JsonObject reference) =>
            Create(primitive, "completion/complete", new()
            {
                ["ref"] = reference,
                ["argument"] = new JsonObject { ["name"] = "x", ["value"] = "" },
            });

        static Operation Create(IMcpServerPrimitive primitive, string method, JsonObject parameters) =>
            new($"{method} of {primitive.Id}", FindAttributes(primitive), (token, revision) =>
                new McpRequest(method, token, parameters.DeepClone().AsObject(), revision));
    }

    /// <summary>All endpoints besides that of MCP that require a scope.</summary>
    public static IEnumerable<Operation> FindEndpoints(ServerFactory server) =>
        from endpoint in server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        where endpoint.Metadata.GetMetadata<IAuthorizationRequirementData>() is not null
        let method = new HttpMethod(endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods[0] ?? "GET")
        let url = new Uri(new Uri(ServerFactory.Origin), Fill(endpoint.RoutePattern.RawText!))
        select new Operation($"{method} {url}", endpoint.Metadata, (token, _) => new HttpRequestMessage(method, url)
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        });

    public override string ToString() => Name;

    // The SDK knows those of the class that declares the method, which may be another one.
    private static IReadOnlyList<object> FindAttributes(IMcpServerPrimitive primitive)
    {
        var method = primitive.Metadata.OfType<MethodInfo>().FirstOrDefault();
        return [.. primitive.Metadata, .. method?.ReflectedType?.GetCustomAttributes(inherit: true) ?? []];
    }

    /// <summary>
    /// What a template of a URL stands for, with a value for each variable of the path.
    /// </summary>
    private static string Fill(string template) =>
        Regex.Replace(template, @"\{([?&])?[^}]*\}", variable => variable.Groups[1].Success ? "" : "1");

    private static IEnumerable<string>? GetScopes(IAuthorizationRequirement requirement) =>
        requirement.GetType().GetProperty("Scopes")?.GetValue(requirement) as IEnumerable<string>;
}
