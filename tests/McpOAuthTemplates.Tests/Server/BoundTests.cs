using System.Net;
using System.Net.Sockets;
using System.Text;
using McpOAuthTemplates.Faults;
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

    /// <summary>
    /// Who does not read answers is cut off. Until then, their own further requests wait, and nobody else's.
    /// </summary>
    [SkippableFact]
    public async Task Answers_that_nobody_reads_end()
    {
        await using var other = await Server.StartAsync(
            ("Mcp__ConcurrentRequests", "1"), ("Mcp__ResponseBytesPerSecond", "500000"), ("Mcp__RequestsPerMinute", "100000"));
        var audience = new Uri(other.Address, "mcp").AbsoluteUri;
        var token = Server.Issuer.CreateToken(audience, "todo:read todo:write");
        for (var number = 0; number < 250; number++)
        {
            using var added = await other.Client.CallToolAsync("add_todo", token, new { title = new string('字', 200) });
        }

        const string List = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_todos"}}""";
        using var request = new RawRequest(other.Address, token);
        using var atMost = new CancellationTokenSource(TimeSpan.FromSeconds(50));
        var notRead = request.ReadSlowlyAsync(List, atMost.Token);
        await Poll.UntilAsync(async () => !await IsAnsweredAtOnceAsync(other, token));
        using var others = await other.Client.CallToolAsync("whoami", Server.Issuer.CreateToken(audience, subject: "bob"));
        Assert.Equal(HttpStatusCode.OK, others.StatusCode);

        Assert.Equal(200, await notRead);
        await Poll.UntilAsync(() => IsAnsweredAtOnceAsync(other, token));
        Assert.DoesNotContain("fail:", other.Output, StringComparison.Ordinal);
    }

    private static async Task<bool> IsAnsweredAtOnceAsync(ServerProcess server, string token)
    {
        using var atMost = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        using var request = McpRequests.Create("tools/call", token, new { name = "whoami" });
        try
        {
            using var response = await server.Client.SendAsync(request, atMost.Token);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // Returns all that comes until the server closes the connection.
    private static async Task<string> SendUnfinishedAsync(Uri server, string token)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(RawRequest.CreateHead(server, token, bodyLength: 100_000));
        await stream.WriteAsync("{"u8.ToArray());
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
