using System.Text;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Server;

/// <summary>Ten thousand messages that nobody would send: each gets an answer, and none is a server error. The seed is fixed.</summary>
[Collection(nameof(MinimalApiServer))]
public sealed class FuzzTests(MinimalApiServer server) : ServerTests(server)
{
    private const int Bodies = 10_000;

    private static readonly string[] s_revisions = ["", "2025-11-25", "2026-07-28"];

    private static readonly string[] s_methods =
    [
        "tools/call", "tools/call", "tools/list", "prompts/get", "resources/read", "resources/subscribe", "completion/complete",
        "subscriptions/listen", "initialize", "ping", "server/discover", "logging/setLevel", "notifications/cancelled", "tasks/get", "", "x",
    ];

    private static readonly string[] s_names =
    [
        "name", "uri", "_meta", "arguments", "ref", "argument", "notifications", "protocolVersion", "clientInfo", "capabilities", "level",
        "io.modelcontextprotocol/protocolVersion", "io.modelcontextprotocol/clientCapabilities", "type", "value", "title", "id", "cursor",
        "requestId", "jsonrpc", "method", "params", "result", "error", "Name", "", "\\u0000", "$type", "resourceSubscriptions",
    ];

    private static readonly string[] s_values =
    [
        "\"whoami\"", "\"add_todo\"", "\"2026-07-28\"", "\"2025-11-25\"", "\"\"", "\"\\ud800\"", "\"ref/prompt\"", "\"ref/resource\"", "null", "true",
        "0", "-1", "1.5", "1e400", "99999999999999999999", "{}", "[]", "[null]", "\"a\\u0000b\"", "\"http://x/{y}\"", "NaN", "'x'", "",
    ];

    [SkippableFact]
    public async Task No_message_is_a_server_error()
    {
        var random = new Random(20260728);
        var messages = Enumerable.Range(0, Bodies).Select(i => (Revision: s_revisions[i % 3], Method: Pick(random, s_methods)))
            .Select(row => (row.Revision, row.Method, Name: Pick(random, ["whoami", "add_todo", "x", ""]), Body: CreateBody(random, row.Method)))
            .ToArray();
        var token = Server.CreateToken("todo:read", ("sub", "fuzz"));

        await Parallel.ForEachAsync(messages, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (row, stop) =>
        {
            using var request = McpRequests.Create("x", token);
            request.Headers.Remove("MCP-Protocol-Version");
            if (row.Revision.Length > 0)
            {
                request.Headers.Add("MCP-Protocol-Version", row.Revision);
            }

            request.Headers.TryAddWithoutValidation("Mcp-Method", row.Method);
            request.Headers.TryAddWithoutValidation("Mcp-Name", row.Name);
            request.Content = new StringContent(row.Body, Encoding.UTF8, "application/json");
            using var response = await Server.Http.SendAsync(request, stop);

            Assert.True((int)response.StatusCode < 500, $"{response.StatusCode} in {row.Revision} for {row.Method} {row.Name}: {row.Body}");
        });
    }

    private static string CreateBody(Random random, string method)
    {
        var id = random.Next(6) switch { 0 => "", 1 => "\"id\":null,", 2 => "\"id\":\"a\",", _ => "\"id\":1," };
        var named = random.Next(2) == 0 ? $"\"{(method == "resources/read" ? "uri" : "name")}\":{Pick(random, s_values)}," : "";
        var meta = random.Next(2) == 0
            ? "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}},"
            : "";
        var parameters = random.Next(12) == 0 ? Pick(random, s_values) : $"{{{named}{meta}{CreateMembers(random, 3)}}}".Replace(",}", "}", StringComparison.Ordinal);
        var body = $"{{\"jsonrpc\":\"2.0\",{id}\"method\":\"{method}\",\"params\":{parameters}}}";
        return random.Next(8) switch
        {
            0 => Mutate(random, body),
            1 => $"{{{CreateMembers(random, 3)}}}",
            _ => body,
        };
    }

    private static string CreateMembers(Random random, int depth) => string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ =>
        $"\"{Pick(random, s_names)}\":{(depth > 0 && random.Next(3) == 0 ? $"{{{CreateMembers(random, depth - 1)}}}" : Pick(random, s_values))}"));

    private static string Mutate(Random random, string body)
    {
        var at = random.Next(body.Length);
        return random.Next(3) switch
        {
            0 => body[..at],
            1 => body.Remove(at, 1),
            _ => body.Insert(at, Pick(random, ["\"", "{", "}", "[", ",", ":", "\\", "\u0000", "1"])),
        };
    }

    private static string Pick(Random random, string[] values) => values[random.Next(values.Length)];
}
