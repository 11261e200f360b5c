using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace TodoServer.Tests;

/// <summary>A request as MCP clients send it, in the form of the protocol revision.</summary>
internal sealed class McpRequest : HttpRequestMessage
{
    public const string Oldest = "2025-03-26";
    public const string Newest = "2026-07-28";

    public McpRequest(
        string method, string? token = null, JsonObject? parameters = null, string revision = Newest)
    {
        parameters ??= [];
        Method = HttpMethod.Post;
        Headers.Add("Accept", "application/json, text/event-stream");
        Headers.Add("MCP-Protocol-Version", revision);
        if (token is not null)
        {
            Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (revision == Newest)
        {
            RepeatInHeaders(method, parameters);
            AddMetadata(parameters);
        }

        var message = new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = 1,
            ["method"] = method,
            ["params"] = parameters,
        };
        SetBody(message.ToJsonString());
    }

    public static string[] Revisions { get; } = [Oldest, "2025-06-18", "2025-11-25", Newest];

    public void SetBody(string body) =>
        Content = new StringContent(body, Encoding.UTF8, "application/json");

    private void RepeatInHeaders(string method, JsonObject parameters)
    {
        Headers.Add("Mcp-Method", method);
        if ((string?)(parameters["name"] ?? parameters["uri"]) is { } name)
        {
            Headers.Add("Mcp-Name", name);
        }
    }

    private static void AddMetadata(JsonObject parameters)
    {
        parameters["_meta"] = new JsonObject
        {
            ["io.modelcontextprotocol/protocolVersion"] = Newest,
            ["io.modelcontextprotocol/clientCapabilities"] = new JsonObject(),
        };
    }
}
