using ModelContextProtocol.Server;

namespace TodoServer.Authorization;

/// <summary>What a message calls.</summary>
/// <param name="Method">Its method, or null if it is a response of the client.</param>
/// <param name="Primitives">The tools, prompts and resources of this server that it names.</param>
/// <param name="NamesUnknown">
/// Whether it names one that is not registered for all callers.
/// </param>
internal sealed record McpCall(
    string? Method, IReadOnlyList<IMcpServerPrimitive> Primitives, bool NamesUnknown = false)
{
    public static readonly McpCall None = new(null, []);
}
