using ModelContextProtocol.Server;

namespace TodoServer.Authorization;

/// <summary>What a message asks for.</summary>
/// <param name="Method">Its method, or null if it is an answer of the client.</param>
/// <param name="Primitives">The tools, prompts and resources of this server that it names.</param>
/// <param name="NamesUnknown">
/// Whether it names one that this server does not have for all its callers.
/// </param>
internal sealed record McpCall(
    string? Method, IReadOnlyList<IMcpServerPrimitive> Primitives, bool NamesUnknown = false)
{
    public static readonly McpCall None = new(null, []);
}
