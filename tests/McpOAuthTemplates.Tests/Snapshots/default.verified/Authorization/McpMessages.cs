using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace TodoServer.Authorization;

/// <summary>
/// Reads what a message calls, with the types of the SDK, so that both see the same call.
/// </summary>
internal sealed class McpMessages(IOptions<McpServerOptions> mcp)
{
    // The first revision in which initialize is not a method any more.
    private const string WithoutInitialize = "2026-07-28";

    // Two members with the same name could be read in two ways.
    private static readonly JsonSerializerOptions s_options =
        new(McpJsonUtilities.DefaultOptions) { AllowDuplicateProperties = false };

    /// <summary>
    /// The tool, prompt or resource that is called; null if this server has none like that.
    /// </summary>
    /// <exception cref="JsonException">
    /// It is not a message of MCP. ArgumentException and InvalidOperationException of the
    /// serializer mean the same.
    /// </exception>
    public IMcpServerPrimitive? FindPrimitive(ReadOnlySpan<byte> message, string revision)
    {
        if (JsonSerializer.Deserialize(message, TypeInfo<JsonRpcMessage>()) is not JsonRpcRequest call)
        {
            return null;
        }

        switch (call.Method)
        {
            case RequestMethods.ToolsCall:
                var tool = ReadParameters<CallToolRequestParams>(call);
                return Find(mcp.Value.ToolCollection, tool?.Name);
            case RequestMethods.PromptsGet:
                var prompt = ReadParameters<GetPromptRequestParams>(call);
                return Find(mcp.Value.PromptCollection, prompt?.Name);
            case RequestMethods.ResourcesRead:
                var resource = ReadParameters<ReadResourceRequestParams>(call);
                return FindResource(resource?.Uri ?? "");
            case RequestMethods.Initialize when revision != WithoutInitialize:
                // The SDK would answer 500.
                _ = ReadParameters<InitializeRequestParams>(call) ?? throw new JsonException("No parameters.");
                return null;
            default:
                return null;
        }
    }

    private static T? ReadParameters<T>(JsonRpcRequest call) => call.Params.Deserialize(TypeInfo<T>());

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

    private McpServerResource? FindResource(string uri)
    {
        var resources = mcp.Value.ResourceCollection;
        if (Find(resources, uri) is { IsTemplated: false } resource)
        {
            return resource;
        }

        return resources?.FirstOrDefault(template => template.IsMatch(uri));
    }

    private static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)s_options.GetTypeInfo(typeof(T));
}
