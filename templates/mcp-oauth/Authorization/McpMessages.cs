using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpOAuthServer.Authorization;

/// <summary>
/// Reads what a message calls, with the types and the options of the SDK, so that both see the
/// same call.
/// </summary>
internal sealed class McpMessages(IOptions<McpServerOptions> mcp, MethodRules methods)
{
    // The first revision in which initialize is not a method any more.
    private const string WithoutInitialize = "2026-07-28";

    /// <exception cref="JsonException">
    /// It is not a message of MCP. ArgumentException and InvalidOperationException of the
    /// serializer mean the same.
    /// </exception>
    public McpCall Read(ReadOnlySpan<byte> body, string revision)
    {
        switch (JsonSerializer.Deserialize(body, TypeInfo<JsonRpcMessage>()))
        {
            case JsonRpcRequest request:
                return Read(request.Method, request.Params, revision);
            case JsonRpcNotification notification:
                return Read(notification.Method, notification.Params, revision);
            default:
                return McpCall.None;
        }
    }

    private McpCall Read(string method, JsonNode? parameters, string revision)
    {
        ReadWhatTheSdkReads(method, parameters);
        switch (method)
        {
            case RequestMethods.ToolsCall:
                var tool = ReadParameters<CallToolRequestParams>(parameters)?.Name;
                return Create(method, Find(mcp.Value.ToolCollection, tool));
            case RequestMethods.PromptsGet:
                var prompt = ReadParameters<GetPromptRequestParams>(parameters)?.Name;
                return Create(method, Find(mcp.Value.PromptCollection, prompt));
            case RequestMethods.ResourcesRead:
                var resource = ReadParameters<ReadResourceRequestParams>(parameters)?.Uri;
                return Create(method, FindResource(resource));
            case RequestMethods.ResourcesSubscribe:
                var subscribed = ReadParameters<SubscribeRequestParams>(parameters)?.Uri;
                return Create(method, FindResource(subscribed));
            case RequestMethods.ResourcesUnsubscribe:
                var unsubscribed = ReadParameters<UnsubscribeRequestParams>(parameters)?.Uri;
                return Create(method, FindResource(unsubscribed));
            case RequestMethods.SubscriptionsListen:
                var listen = ReadParameters<SubscriptionsListenRequestParams>(parameters);
                return CreateForAll(method, listen?.Notifications?.ResourceSubscriptions ?? []);
            case RequestMethods.CompletionComplete:
                var completed = ReadParameters<CompleteRequestParams>(parameters)?.Ref;
                return Create(method, FindReferenced(completed));
            case RequestMethods.Initialize when revision != WithoutInitialize:
                // The SDK would answer 500.
                _ = ReadParameters<InitializeRequestParams>(parameters) ?? throw new JsonException("No parameters.");
                return new McpCall(method, []);
            default:
                return new McpCall(method, []);
        }
    }

    // The SDK compares headers with these members of each message, and answers 500 where it
    // cannot.
    private void ReadWhatTheSdkReads(string method, JsonNode? parameters)
    {
        if (parameters is not JsonObject members)
        {
            return;
        }

        if (members["_meta"] is JsonObject meta)
        {
            _ = meta.Count;
        }

        if (methods.FindNameParameter(method) is { } name)
        {
            _ = members[name]?.GetValue<string>();
        }
    }

    private static T? ReadParameters<T>(JsonNode? parameters) => parameters.Deserialize(TypeInfo<T>());

    private static McpCall Create(string method, IMcpServerPrimitive? primitive)
    {
        if (primitive is null)
        {
            return new McpCall(method, [], NamesUnknown: true);
        }

        return new McpCall(method, [primitive]);
    }

    private McpCall CreateForAll(string method, IEnumerable<string> uris)
    {
        var resources = uris.Select(FindResource).ToArray();
        return new McpCall(method, [.. resources.OfType<McpServerResource>()], resources.Contains(null));
    }

    private static T? Find<T>(McpServerPrimitiveCollection<T>? all, string? name)
        where T : class, IMcpServerPrimitive
    {
        if (all is null || name is null)
        {
            return null;
        }

        all.TryGetPrimitive(name, out var primitive);
        return primitive;
    }

    private McpServerResource? FindResource(string? uri)
    {
        var resources = mcp.Value.ResourceCollection;
        if (Find(resources, uri) is { IsTemplated: false } resource)
        {
            return resource;
        }

        return resources?.FirstOrDefault(template => template.IsMatch(uri ?? ""));
    }

    private IMcpServerPrimitive? FindReferenced(Reference? reference) => reference switch
    {
        PromptReference prompt => Find(mcp.Value.PromptCollection, prompt.Name),
        ResourceTemplateReference template =>
            Find(mcp.Value.ResourceCollection, template.Uri) ?? FindResource(template.Uri),
        _ => null,
    };

    private static JsonTypeInfo<T> TypeInfo<T>() =>
        (JsonTypeInfo<T>)McpJsonUtilities.ProtocolOptions.GetTypeInfo(typeof(T));
}
