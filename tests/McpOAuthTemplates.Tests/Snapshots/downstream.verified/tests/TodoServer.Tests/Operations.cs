using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;

namespace TodoServer.Tests;

/// <summary>Finds all operations of a server, including those that its owner has added.</summary>
internal static class Operations
{
    /// <summary>All tools, prompts and resources, to be called without arguments.</summary>
    public static Operation[] FindPrimitives(ServerFactory server)
    {
        var mcp = GetOptions(server);
        List<Operation> all = [];
        foreach (var tool in mcp.ToolCollection ?? [])
        {
            all.Add(Create(tool, "tools/call", "name", tool.ProtocolTool.Name));
        }

        foreach (var prompt in mcp.PromptCollection ?? [])
        {
            all.Add(Create(prompt, "prompts/get", "name", prompt.ProtocolPrompt.Name));
        }

        foreach (var resource in mcp.ResourceCollection ?? [])
        {
            all.Add(Create(resource, "resources/read", "uri", GetTemplate(resource)));
        }

        return [.. all];
    }

    /// <summary>
    /// Other methods that name a prompt or a resource: completion and subscription.
    /// </summary>
    public static IEnumerable<Operation> FindReferences(ServerFactory server)
    {
        var mcp = GetOptions(server);
        foreach (var prompt in mcp.PromptCollection ?? [])
        {
            yield return CreateCompletion(prompt, "ref/prompt", "name", prompt.ProtocolPrompt.Name);
        }

        foreach (var resource in mcp.ResourceCollection ?? [])
        {
            var template = GetTemplate(resource);
            var uri = Fill(template);
            yield return CreateCompletion(resource, "ref/resource", "uri", template);
            yield return CreateReference(resource, "resources/subscribe", new() { ["uri"] = uri });
            yield return CreateReference(resource, "resources/unsubscribe", new() { ["uri"] = uri });
            yield return CreateSubscription(resource, uri);
        }
    }

    /// <summary>All endpoints that require a scope, except the MCP endpoint.</summary>
    public static IEnumerable<Operation> FindEndpoints(ServerFactory server)
    {
        var source = server.Services.GetRequiredService<EndpointDataSource>();
        foreach (var endpoint in source.Endpoints.OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.GetMetadata<IAuthorizationRequirementData>() is not null)
            {
                yield return Create(endpoint);
            }
        }
    }

    private static McpServerOptions GetOptions(ServerFactory server) =>
        server.Services.GetRequiredService<IOptions<McpServerOptions>>().Value;

    private static string GetTemplate(McpServerResource resource) =>
        resource.ProtocolResourceTemplate.UriTemplate;

    private static Operation Create(
        IMcpServerPrimitive primitive, string method, string parameter, string name)
    {
        return new(name, Operation.FindAttributes(primitive), (token, revision) =>
        {
            var parameters = new JsonObject { [parameter] = Fill(name) };
            return new McpRequest(method, token, parameters, revision);
        });
    }

    private static Operation CreateCompletion(
        IMcpServerPrimitive primitive, string type, string parameter, string name)
    {
        return CreateReference(primitive, "completion/complete", new()
        {
            ["ref"] = new JsonObject { ["type"] = type, [parameter] = name },
            ["argument"] = new JsonObject { ["name"] = "x", ["value"] = "" },
        });
    }

    // Only the newest revision has this form.
    private static Operation CreateSubscription(IMcpServerPrimitive primitive, string uri)
    {
        var name = $"subscriptions/listen of {primitive.Id}";
        return new(name, Operation.FindAttributes(primitive), (token, _) =>
        {
            var resources = new JsonObject { ["resourceSubscriptions"] = new JsonArray(uri) };
            var parameters = new JsonObject { ["notifications"] = resources };
            return new McpRequest("subscriptions/listen", token, parameters);
        });
    }

    private static Operation CreateReference(
        IMcpServerPrimitive primitive, string method, JsonObject parameters)
    {
        var name = $"{method} of {primitive.Id}";
        return new(name, Operation.FindAttributes(primitive), (token, revision) =>
            new McpRequest(method, token, parameters.DeepClone().AsObject(), revision));
    }

    private static Operation Create(RouteEndpoint endpoint)
    {
        var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods;
        var method = new HttpMethod(methods?[0] ?? "GET");
        var url = new Uri(new Uri(ServerFactory.Origin), Fill(endpoint.RoutePattern.RawText!));
        return new($"{method} {url}", endpoint.Metadata, (token, _) =>
        {
            var request = new HttpRequestMessage(method, url);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            return request;
        });
    }

    /// <summary>A URL for the template, with a value for each variable of the path.</summary>
    private static string Fill(string template)
    {
        var withoutQuery = Regex.Replace(template, @"\{[?&][^}]*\}", "");
        return Regex.Replace(withoutQuery, @"\{[^}]*\}", "1");
    }
}
