using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace TodoServer.Authorization;

/// <summary>
/// Reads what a message calls with the types and the options of the SDK, so that both see the same
/// call.
/// </summary>
internal sealed class McpMessages(IOptions<McpServerOptions> mcp, MethodRules methods)
{
    // From this revision on, headers repeat values of the body, and initialize and the two
    // subscription methods do not exist: the SDK answers 404.
    private const string WithHeaders = "2026-07-28";

    private const int MaxNameLength = 256;

    private const int MaxUriLength = 4096;

    /// <summary>Whether the exception means that a message cannot be read.</summary>
    public static bool IsFault(Exception exception) =>
        exception is JsonException or ArgumentException or InvalidOperationException;

    public static JsonRpcMessage? Parse(ReadOnlySpan<byte> body) =>
        JsonSerializer.Deserialize(body, TypeInfo<JsonRpcMessage>());

    /// <summary>What the message calls among what this server has for all callers.</summary>
    public McpCall Read(JsonRpcMessage? message, string revision) =>
        Read(message, revision, mcp.Value);

    /// <summary>What the message calls among what a session has.</summary>
    public McpCall Read(JsonRpcMessage? message, string revision, McpServerOptions session) =>
        message switch
        {
            JsonRpcRequest request => Read(request, revision, session),
            JsonRpcNotification note => Read(note.Method, note.Params, revision, session),
            _ => McpCall.None,
        };

    private static string? BoundName(string? name) => Bound(name, MaxNameLength);

    private static string? BoundUri(string? uri) => Bound(uri, MaxUriLength);

    // The SDK writes names and URIs into its logs, in full.
    private static string? Bound(string? text, int maximum)
    {
        if (text?.Length > maximum)
        {
            throw new JsonException($"Longer than {maximum} characters.");
        }

        return text;
    }

    private McpCall Read(JsonRpcRequest request, string revision, McpServerOptions session)
    {
        BoundName(request.Id.Id as string);
        return Read(request.Method, request.Params, revision, session);
    }

    private McpCall Read(
        string method, JsonNode? parameters, string revision, McpServerOptions known)
    {
        BoundName(method);
        var hasHeaders = string.CompareOrdinal(revision, WithHeaders) >= 0;
        var call = ReadCall(method, parameters, hasHeaders, known);

        // This comes second, since it makes a tree of the parameters, which is slower to read.
        if (hasHeaders && parameters is JsonObject members)
        {
            ReadWhatHeadersRepeat(method, members);
        }

        return call;
    }

    private static McpCall ReadCall(
        string method, JsonNode? parameters, bool hasHeaders, McpServerOptions known)
    {
        switch (method)
        {
            case RequestMethods.ToolsCall:
                var tool = BoundName(ReadParameters<CallToolRequestParams>(parameters)?.Name);
                return Create(method, Find(known.ToolCollection, tool));
            case RequestMethods.PromptsGet:
                var prompt = BoundName(ReadParameters<GetPromptRequestParams>(parameters)?.Name);
                return Create(method, Find(known.PromptCollection, prompt));
            case RequestMethods.ResourcesRead:
                var resource = BoundUri(ReadParameters<ReadResourceRequestParams>(parameters)?.Uri);
                return Create(method, FindResource(known, resource));
            case RequestMethods.ResourcesSubscribe when !hasHeaders:
                var subscribed = BoundUri(ReadParameters<SubscribeRequestParams>(parameters)?.Uri);
                return Create(method, FindResource(known, subscribed));
            case RequestMethods.ResourcesUnsubscribe when !hasHeaders:
                var unsubscribed = BoundUri(ReadParameters<UnsubscribeRequestParams>(parameters)?.Uri);
                return Create(method, FindResource(known, unsubscribed));
            case RequestMethods.SubscriptionsListen:
                var listen = ReadParameters<SubscriptionsListenRequestParams>(parameters);
                var uris = listen?.Notifications?.ResourceSubscriptions ?? [];
                return CreateForAll(method, [.. uris.Select(uri => FindResource(known, BoundUri(uri)))]);
            case RequestMethods.CompletionComplete:
                var completed = ReadParameters<CompleteRequestParams>(parameters)?.Ref;
                return Create(method, FindReferenced(known, completed));
            case RequestMethods.Initialize when !hasHeaders:
                // The SDK would answer 500.
                _ = ReadParameters<InitializeRequestParams>(parameters)
                    ?? throw new JsonException("No parameters.");
                return new McpCall(method, []);
            default:
                return new McpCall(method, []);
        }
    }

    // If the SDK cannot read it, because of a duplicate name or a value of the wrong type, it would
    // answer 500.
    private void ReadWhatHeadersRepeat(string method, JsonObject members)
    {
        if (members["_meta"] is JsonObject meta)
        {
            _ = meta.Count;
        }

        if (methods.FindNameParameter(method) is { } name)
        {
            BoundUri(members[name]?.GetValue<string>());
        }
    }

    private static T? ReadParameters<T>(JsonNode? parameters) =>
        parameters.Deserialize(TypeInfo<T>());

    private static McpCall Create(string method, IMcpServerPrimitive? primitive)
    {
        if (primitive is null)
        {
            return new McpCall(method, [], NamesUnknown: true);
        }

        return new McpCall(method, [primitive]);
    }

    private static McpCall CreateForAll(string method, McpServerResource?[] resources)
    {
        var known = resources.OfType<McpServerResource>().ToArray();
        return new McpCall(method, known, NamesUnknown: known.Length < resources.Length);
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

    private static McpServerResource? FindResource(McpServerOptions known, string? uri)
    {
        var resources = known.ResourceCollection;
        if (Find(resources, uri) is { IsTemplated: false } resource)
        {
            return resource;
        }

        return resources?.FirstOrDefault(template => template.IsMatch(uri ?? ""));
    }

    private static IMcpServerPrimitive? FindReferenced(McpServerOptions known, Reference? reference)
    {
        switch (reference)
        {
            case PromptReference prompt:
                return Find(known.PromptCollection, BoundName(prompt.Name));
            case ResourceTemplateReference template:
                var resources = known.ResourceCollection;
                var uri = BoundUri(template.Uri);
                return Find(resources, uri) ?? FindResource(known, uri);
            default:
                return null;
        }
    }

    private static JsonTypeInfo<T> TypeInfo<T>() =>
        (JsonTypeInfo<T>)McpJsonUtilities.ProtocolOptions.GetTypeInfo(typeof(T));
}
