using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Server;

/// <summary>What one user can cost the server: memory of unfinished requests, and lines of its log.</summary>
[Collection(nameof(MinimalApiServer))]
public sealed class BoundTests(MinimalApiServer server) : ServerTests(server)
{
    private static readonly string s_name = new('n', 257);
    private static readonly string s_uri = "todo://" + new string('u', 4096);

    public static TheoryData<string, string> TooLong => new()
    {
        { "name of a tool", $$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"{{{s_name}}}"}}""" },
        { "name of a prompt", $$$"""{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"{{{s_name}}}"}}""" },
        { "method", $$$"""{"jsonrpc":"2.0","id":1,"method":"{{{s_name}}}"}""" },
        { "notification", $$$"""{"jsonrpc":"2.0","method":"notifications/{{{s_name}}}"}""" },
        { "id", $$$"""{"jsonrpc":"2.0","id":"{{{s_name}}}","method":"tools/list"}""" },
        { "resource", $$$"""{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"{{{s_uri}}}"}}""" },
        {
            "completion",
            $$$"""
            {"jsonrpc":"2.0","id":1,"method":"completion/complete",
             "params":{"ref":{"type":"ref/prompt","name":"{{{s_name}}}"},"argument":{"name":"a","value":"b"} } }
            """
        },
    };

    [SkippableTheory]
    [MemberData(nameof(TooLong))]
    public async Task A_name_that_is_too_long_is_refused_before_it_is_logged(string what, string body)
    {
        foreach (var revision in McpRequests.Revisions)
        {
            using var request = McpRequests.Create("tools/list", Server.CreateToken("todo:read"), revision: revision);
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            request.Headers.Remove("Mcp-Method");
            using var response = await Server.Http.SendAsync(request);

            Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{what}, {revision}: {response.StatusCode}");
        }

        Assert.DoesNotContain("nnnnnnnnnnnnnnnn", Server.Server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("uuuuuuuuuuuuuuuu", Server.Server.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_name_may_have_its_full_length()
    {
        using var request = McpRequests.Create("resources/read", Server.CreateToken("todo:read"), new { uri = s_uri[..^7] });
        using var response = await Server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotNull((await response.ReadMessageAsync())["error"]);
    }

    /// <summary>Bodies of which a part never comes: few are read, all end, and whole requests are answered meanwhile.</summary>
    [SkippableFact]
    public async Task Unfinished_requests_end()
    {
        await using var other = await Server.StartAsync(("Mcp__BodySeconds", "3"), ("Mcp__UnfinishedRequests", "2"));
        var token = Server.Issuer.CreateToken(new Uri(other.Address, "mcp").AbsoluteUri);
        var unfinished = Enumerable.Range(0, 12).Select(_ => SendUnfinishedAsync(other.Address, token)).ToArray();
        using var whole = await other.Client.CallToolAsync("whoami", token);
        Assert.Equal(HttpStatusCode.OK, whole.StatusCode);

        foreach (var answer in await Task.WhenAll(unfinished))
        {
            Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
            Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
            Assert.Contains("\"error\":\"invalid_request\"", answer, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("fail:", other.Output, StringComparison.Ordinal);
        using var afterwards = await other.Client.CallToolAsync("whoami", token);
        Assert.Equal(HttpStatusCode.OK, afterwards.StatusCode);
    }

    // Returns all that comes until the server closes the connection.
    private static async Task<string> SendUnfinishedAsync(Uri server, string token)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Port);
        await using var stream = client.GetStream();
        var request = $"""
            POST /mcp HTTP/1.1
            Host: {server.Authority}
            Authorization: Bearer {token}
            Content-Type: application/json
            Accept: application/json, text/event-stream
            Content-Length: 100000

            {JsonSerializer.Serialize(new { jsonrpc = "2.0" })[..^1]}
            """;
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request.ReplaceLineEndings("\r\n")));
        using var reader = new StreamReader(stream);
        using var atMost = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var answer = new StringBuilder();
        try
        {
            while (await reader.ReadLineAsync(atMost.Token) is { } line)
            {
                answer.AppendLine(line);
            }
        }
        catch (IOException)
        {
            // What is sent and not read by the server ends the connection so.
        }

        return answer.ToString();
    }
}
