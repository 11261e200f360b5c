using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpOAuthServer.Authorization;

/// <summary>Reads which tool, prompt or resource a message calls, with the types of the SDK, so that both see the same call.</summary>
internal sealed class McpMessages(IOptions<McpServerOptions> mcp)
{
    private static readonly JsonSerializerOptions s_options =
        new(McpJsonUtilities.DefaultOptions) { AllowDuplicateProperties = false }; // They could be read in two ways.

    /// <summary>What the message calls, or null if it calls nothing that this server has.</summary>
    /// <exception cref="JsonException">It is not a message of MCP. Other exceptions of the serializer mean the same.</exception>
    public IMcpServerPrimitive? FindPrimitive(ReadOnlySpan<byte> message, string revision)
    {
        var call = JsonSerializer.Deserialize(message, TypeInfo<JsonRpcMessage>()) as JsonRpcRequest;
        switch (call?.Method)
        {
            case RequestMethods.ToolsCall:
                return Find(mcp.Value.ToolCollection, ReadParameters<CallToolRequestParams>(call)?.Name);
            case RequestMethods.PromptsGet:
                return Find(mcp.Value.PromptCollection, ReadParameters<GetPromptRequestParams>(call)?.Name);
            case RequestMethods.ResourcesRead:
                return FindResource(ReadParameters<ReadResourceRequestParams>(call)?.Uri ?? "");
            case RequestMethods.Initialize when revision != "2026-07-28": // There it is not a method any more.
                _ = ReadParameters<InitializeRequestParams>(call) ?? throw new JsonException(); // The SDK would answer 500.
                return null;
            default:
                return null;
        }
    }

    private static T? ReadParameters<T>(JsonRpcRequest call) => call.Params.Deserialize(TypeInfo<T>());

    private static T? Find<T>(McpServerPrimitiveCollection<T>? all, string? name) where T : class, IMcpServerPrimitive
    {
        if (all is null || name is null)
        {
            return null;
        }

        return all.TryGetPrimitive(name, out var primitive) ? primitive : null;
    }

    private McpServerResource? FindResource(string uri)
    {
        var resources = mcp.Value.ResourceCollection;
        return Find(resources, uri) is { IsTemplated: false } resource
            ? resource
            : resources?.FirstOrDefault(template => template.IsMatch(uri));
    }

    private static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)s_options.GetTypeInfo(typeof(T));
}
