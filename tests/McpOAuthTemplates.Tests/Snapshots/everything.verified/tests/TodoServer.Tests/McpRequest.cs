using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace TodoServer.Tests;

/// <summary>
/// A request as MCP clients send it, in the form that each protocol revision wants.
/// </summary>
internal sealed class McpRequest : HttpRequestMessage
{
    private const string Newest = "2026-07-28";

    public McpRequest(string method, string? token = null, JsonObject? parameters = null, string revision = Newest)
    {
        parameters ??= [];
        Method = HttpMethod.Post;
        Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        Headers.Add("Accept", "application/json, text/event-stream");
        Headers.Add("MCP-Protocol-Version", revision);
        if (revision == Newest)
        {
            Headers.Add("Mcp-Method", method);
            Headers.Add("Mcp-Name", (string?)(parameters["name"] ?? parameters["uri"]) is { } name ? [name] : []);
            parameters["_meta"] = new JsonObject
            {
                ["io.modelcontextprotocol/protocolVersion"] = revision,
                ["io.modelcontextprotocol/clientCapabilities"] = new JsonObject(),
            };
        }

        var message = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = parameters };
        Content = new StringContent(message.ToJsonString(), Encoding.UTF8, "application/json");
    }

    public static string[] Revisions { get; } = ["2025-03-26", "2025-06-18", "2025-11-25", Newest];
}
