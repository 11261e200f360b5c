using System.Net;
using System.Text;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Server;

/// <summary>Requests that are too large, too many or not what they should be: always an answer, never a server error.</summary>
public abstract class LimitTests(ServerFixture server) : ServerTests(server)
{
    [SkippableTheory]
    [InlineData(1024 * 1024, false, false)]
    [InlineData(1024 * 1024 + 1, false, true)]
    [InlineData(1024 * 1024 + 1, true, true)]
    public async Task A_body_may_have_one_mebibyte(int size, bool chunked, bool refused)
    {
        const string Call = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami"}}""";
        HttpStatusCode? status = null;
        await Poll.UntilAsync(async () =>
        {
            using var request = McpRequests.Create("tools/call", Server.CreateToken("todo:read"));
            request.Content = new StringContent(Call.PadRight(size), Encoding.UTF8, "application/json");
            request.Headers.TransferEncodingChunked = chunked;
            request.Headers.ExpectContinue = true;
            try
            {
                using var response = await Server.Http.SendAsync(request);
                status = response.StatusCode;
            }
            catch (HttpRequestException) when (refused)
            {
                // The server may answer and close the connection while the client still writes: then the answer is lost.
            }

            return status is not null;
        });

        Assert.Equal(refused ? HttpStatusCode.RequestEntityTooLarge : HttpStatusCode.OK, status);
    }

    [SkippableFact]
    public async Task A_subject_may_send_so_many_requests_a_minute()
    {
        await using var limited = await Server.StartAsync(("Mcp__RequestsPerMinute", "5"));
        var audience = new Uri(limited.Address, "mcp").AbsoluteUri;
        async Task<HttpResponseMessage> CallAsync(string? subject) => await limited.Client.CallToolAsync(
            "whoami", subject is null ? null : Server.Issuer.CreateToken(audience, subject: subject));

        var statuses = new List<int>();
        HttpResponseMessage last = null!;
        for (var i = 0; i < 8; i++)
        {
            last = await CallAsync("alice");
            statuses.Add((int)last.StatusCode);
        }

        // The minute may end in between.
        Assert.Equal(200, statuses[0]);
        Assert.Equal(429, statuses[^1]);
        Assert.InRange(int.Parse(Assert.Single(last.Headers.GetValues("Retry-After")), System.Globalization.CultureInfo.InvariantCulture), 1, 60);
        using var other = await CallAsync("bob");
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        for (var i = 0; i < 8; i++)
        {
            using var anonymous = await CallAsync(null);
            Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        }
    }

    [SkippableTheory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("text/plain")]
    [InlineData("application/jsonx")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=utf-7")]
    [InlineData("application/json; charset=nonsense")]
    [InlineData("application/json; charset=")]
    [InlineData("application/json; charset=\"utf-8")]
    [InlineData("garbage")]
    public async Task Another_content_type_is_refused(string? type)
    {
        using var response = await SendAsync("{}", type, "2025-11-25");

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Equal("application/json", Assert.Single(response.Headers.GetValues("Accept")));
        Assert.Contains("Content-Type must be", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("gzip", 415)]
    [InlineData("br", 415)]
    [InlineData("identity, gzip", 415)]
    [InlineData("identity", 200)]
    public async Task A_compressed_message_is_refused_with_what_is_accepted(string coding, int expected)
    {
        using var request = McpRequests.Create("tools/list", Server.CreateToken("todo:read"));
        request.Content!.Headers.TryAddWithoutValidation("Content-Encoding", coding);
        using var response = await Server.Http.SendAsync(request);

        Assert.Equal(expected, (int)response.StatusCode);
        if (expected == 415)
        {
            Assert.Equal("identity", Assert.Single(response.Headers.GetValues("Accept-Encoding")));
            Assert.Contains("must not be compressed", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [SkippableTheory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("FOO")]
    public async Task Another_method_is_refused_with_the_one_that_is_allowed(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/mcp");
        request.Headers.Authorization = new("Bearer", Server.CreateToken("todo:read"));
        using var response = await Server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [SkippableTheory]
    [InlineData("2025-11-25", "", "The body is not a JSON-RPC message of MCP.", null)]
    [InlineData("2025-11-25", "{", "The body is not a JSON-RPC message of MCP.", null)]
    [InlineData("2026-07-28", "[]", "The body is not a JSON-RPC message of MCP.", null)]
    [InlineData("2025-11-25", """{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":1}}""", "The params of the message cannot be read", 7)]
    [InlineData("2026-07-28", """{"jsonrpc":"2.0","method":"tools/call","params":{"name":1}}""", "The params of the message cannot be read", null)]
    [InlineData("2026-07-28", """{"jsonrpc":"2.0","method":"resources/read","params":{"uri":{}}}""", "The params of the message cannot be read", null)]
    [InlineData("2026-07-28", """{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"a":1,"a":2}}""", "The params of the message cannot be read", 7)]
    public async Task A_message_that_cannot_be_read_gets_its_true_cause(string revision, string body, string cause, int? id)
    {
        using var response = await SendAsync(body, "application/json", revision);
        var message = await response.ReadMessageAsync();

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.StartsWith(cause, (string?)message["error"]!["message"], StringComparison.Ordinal);
        Assert.Equal(id, (int?)message["id"]);
    }

    [SkippableTheory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json;charset=UTF-8")]
    [InlineData("Application/JSON")]
    [InlineData("application/json; charset=\"utf-8\"")]
    [InlineData("application/json ; charset=\"UTF-8\"; profile=x")]
    public async Task JSON_in_UTF_8_is_accepted(string type)
    {
        using var response = await SendAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""", type, "2025-11-25");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [SkippableFact]
    public async Task Garbage_is_never_a_server_error()
    {
        string[] bodies =
        [
            "", " ", "null", "true", "1", "\"x\"", "[]", "{}", "{", "}", "nope", "NaN", "{\"a\":}", "\u0000", "\ufeff{}",
            new('[', 10_000), string.Concat(Enumerable.Repeat("{\"a\":", 10_000)),
            """{"jsonrpc":"1.0","id":1,"method":"tools/list"}""", """{"id":1,"method":"tools/list"}""",
            """{"jsonrpc":"2.0","id":null,"method":"tools/list"}""", """{"jsonrpc":"2.0","id":{},"method":"tools/list"}""",
            """{"jsonrpc":"2.0","id":1.5,"method":"tools/list"}""", """{"jsonrpc":"2.0","id":1e400,"method":"tools/list"}""",
            """{"jsonrpc":"2.0","id":1,"method":5}""", """{"jsonrpc":"2.0","id":1,"method":null}""", """{"jsonrpc":"2.0","id":1,"method":""}""",
            """{"jsonrpc":2.0,"id":1,"method":"tools/list"}""", """{"jsonrpc":"2.0","id":1,"method":"nope"}""",
            """{"jsonrpc":"2.0","id":1,"result":{}}""", """{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x"}}""",
            """{"jsonrpc":"2.0","id":1,"error":"x"}""",
            """{"jsonrpc":"2.0","id":1,"method":"tools/call"}""", """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":null}""",
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[]}""", """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":"x"}""",
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":1}""", """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}""",
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":null}}""",
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":1}}""",
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\ud800"}}""",
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami","arguments":[]}}""",
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add_todo","arguments":{"title":null}}}""",
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add_todo","arguments":{"title":["x"]}}}""",
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"complete_todo","arguments":{"id":"x"}}}""",
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"complete_todo","arguments":{"id":99999999999999}}}""",
            """{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"\u0000:"}}""",
            """{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{}}""",
            """{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"nope"}}""",
            """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}""", """{"jsonrpc":"2.0","id":1,"method":"initialize"}""",
            """{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}""",
        ];
        foreach (var body in bodies)
        {
            foreach (var revision in new[] { "2025-11-25", "2026-07-28", "nonsense" })
            {
                using var response = await SendAsync(body, "application/json", revision);

                Assert.True((int)response.StatusCode < 500, $"{response.StatusCode} in {revision} for {body[..Math.Min(body.Length, 200)]}");
            }
        }

        byte[][] notUtf8 = [[0xff, 0xfe], [0x7b, 0xc3, 0x28, 0x7d], [0xed, 0xa0, 0x80]];
        foreach (var bytes in notUtf8)
        {
            using var request = McpRequests.Create("tools/list", Server.CreateToken("todo:read todo:write"));
            request.Content = new ByteArrayContent(bytes);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
            using var response = await Server.Http.SendAsync(request);
            Assert.InRange((int)response.StatusCode, 400, 499);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(string body, string? type, string revision)
    {
        using var request = McpRequests.Create("tools/list", Server.CreateToken("todo:read todo:write", ("sub", "garbage")), revision: revision);
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        request.Headers.Remove("Mcp-Method");
        request.Headers.Add("Mcp-Method", body.Contains("tools/call", StringComparison.Ordinal) ? "tools/call" : "tools/list");
        if (type is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return await Server.Http.SendAsync(request);
    }
}
