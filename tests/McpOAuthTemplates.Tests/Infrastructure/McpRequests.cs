using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>Requests as MCP clients send them, in the form that each protocol revision wants.</summary>
internal static class McpRequests
{
    public static readonly string[] Revisions = ["", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"];

    public static Task<HttpResponseMessage> CallToolAsync(
        this HttpClient client, string tool, string? token, object? arguments = null, string revision = "2025-11-25") =>
        client.SendMcpAsync("tools/call", token, new { name = tool, arguments = arguments ?? new { } }, revision);

    public static async Task<HttpResponseMessage> SendMcpAsync(
        this HttpClient client, string method, string? token, object? parameters = null, string revision = "2025-11-25")
    {
        using var request = Create(method, token, parameters, revision);
        return await client.SendAsync(request);
    }

    public static HttpRequestMessage Create(string method, string? token, object? parameters = null, string revision = "2025-11-25")
    {
        var body = JsonSerializer.SerializeToNode(new { jsonrpc = "2.0", id = 1, method })!.AsObject();
        var paramsNode = JsonSerializer.SerializeToNode(parameters ?? new { })!.AsObject();
        var request = new HttpRequestMessage(HttpMethod.Post, "/mcp");
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        if (revision.Length > 0)
        {
            request.Headers.Add("MCP-Protocol-Version", revision);
        }

        if (revision == "2026-07-28")
        {
            request.Headers.Add("Mcp-Method", method);
            if ((paramsNode["name"] ?? paramsNode["uri"])?.GetValue<string>() is { } name)
            {
                request.Headers.Add("Mcp-Name", name);
            }

            paramsNode["_meta"] = new JsonObject
            {
                ["io.modelcontextprotocol/protocolVersion"] = revision,
                ["io.modelcontextprotocol/clientInfo"] = new JsonObject { ["name"] = "tests", ["version"] = "1" },
                ["io.modelcontextprotocol/clientCapabilities"] = new JsonObject(),
            };
        }

        body["params"] = paramsNode;
        request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    /// <summary>The one WWW-Authenticate header of a response, exactly as it was sent.</summary>
    public static string GetChallenge(this HttpResponseMessage response) =>
        Assert.Single(response.Headers.NonValidated["WWW-Authenticate"]);

    /// <summary>The JSON-RPC message of a response, which comes as JSON or as one server-sent event.</summary>
    public static async Task<JsonNode> ReadMessageAsync(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        var data = text.Split('\n').FirstOrDefault(line => line.StartsWith("data: ", StringComparison.Ordinal));
        return JsonNode.Parse(data is null ? text : data["data: ".Length..])!;
    }

    /// <summary>The text of a tool's result.</summary>
    public static async Task<string> ReadToolTextAsync(this HttpResponseMessage response) =>
        (await response.ReadMessageAsync())["result"]!["content"]![0]!["text"]!.GetValue<string>();
}
