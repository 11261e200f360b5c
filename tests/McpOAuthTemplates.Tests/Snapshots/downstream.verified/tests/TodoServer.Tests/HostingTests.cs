using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.TraceSource;

namespace TodoServer.Tests;

/// <summary>Allowed origins and hosts, limits, the log and the health endpoints.</summary>
public sealed class HostingTests(ServerFactory server) : IClassFixture<ServerFactory>
{
    [Theory]
    [InlineData("https://evil.test")]
    [InlineData("https://mcp.test.evil.test")]
    [InlineData("http://localhost:6274")]
    [InlineData("null")]
    [InlineData(ServerFactory.Origin, ServerFactory.Origin)]
    [InlineData(ServerFactory.Origin, "https://evil.test")]
    public async Task A_foreign_page_is_refused_even_with_a_token(params string[] origins)
    {
        var request = new McpRequest("tools/list", server.CreateToken());
        request.Headers.Add("Origin", origins);
        var response = await server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_page_that_may_call_can_read_the_challenge()
    {
        var request = new McpRequest("tools/list");
        request.Headers.Add("Origin", ServerFactory.Origin);
        var response = await server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal([ServerFactory.Origin], response.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Contains(
            "WWW-Authenticate",
            string.Join(',', response.Headers.GetValues("Access-Control-Expose-Headers")));
    }

    [Theory]
    [InlineData(ServerFactory.Origin, true)]
    [InlineData("https://evil.test", false)]
    public async Task A_preflight_allows_the_headers_of_MCP_to_pages_that_may_call(
        string origin, bool expected)
    {
        const string Headers = "authorization,content-type,mcp-protocol-version,mcp-method,mcp-name";
        var request = new HttpRequestMessage(HttpMethod.Options, server.Resource);
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", Headers);
        var response = await server.Http.SendAsync(request);
        response.Headers.TryGetValues("Access-Control-Allow-Headers", out var allowed);

        Assert.Equal(expected, response.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Equal(expected, allowed?.Contains(Headers) is true);
    }

    [Fact]
    public async Task A_foreign_host_gets_no_answer()
    {
        var request = new McpRequest("tools/list", server.CreateToken());
        request.Headers.Host = "evil.test";
        var response = await server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData(1024 * 1024, HttpStatusCode.OK)]
    [InlineData((1024 * 1024) + 1, HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_message_may_have_one_mebibyte(int size, HttpStatusCode expected)
    {
        var request = new McpRequest("tools/list", server.CreateToken());
        var message = await request.Content!.ReadAsStringAsync();
        request.SetBody(message.PadRight(size));
        var response = await server.Http.SendAsync(request);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_message_that_does_not_tell_its_size_may_not_have_more()
    {
        var request = new McpRequest("tools/list", server.CreateToken())
        {
            Content = JsonContent.Create(new string('a', 1024 * 1024)),
        };
        var response = await server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task A_subject_may_send_so_many_requests_a_minute()
    {
        using var limited = new ServerFactory(("Mcp:RequestsPerMinute", "2"));
        var first = await SendAsync("alice");
        var second = await SendAsync("alice");
        var third = await SendAsync("alice");
        var ofOther = await SendAsync("bob");
        var wait = third.Headers.RetryAfter?.Delta ?? TimeSpan.Zero;

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
        Assert.InRange(wait, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, ofOther.StatusCode);

        Task<HttpResponseMessage> SendAsync(string subject)
        {
            var token = limited.CreateToken(("sub", subject));
            return limited.Http.SendAsync(new McpRequest("tools/list", token));
        }
    }

    [Fact]
    public async Task The_server_is_ready_when_it_has_the_keys_of_the_issuer()
    {
        using var lonely = new ServerFactory { Issuer = { IsDown = true } };
        var lonelyHealth = await lonely.Http.GetAsync("/healthz");
        var lonelyReadiness = await lonely.Http.GetAsync("/readyz");
        var readiness = await server.Http.GetAsync("/readyz");

        Assert.Equal(HttpStatusCode.OK, lonelyHealth.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, lonelyReadiness.StatusCode);
        Assert.Equal(HttpStatusCode.OK, readiness.StatusCode);
    }

    [Fact]
    public async Task No_token_and_nothing_personal_is_logged_at_any_level()
    {
        using var log = new StringWriter();
        await CallAndLogAsync(log);

        var text = log.ToString();
        Assert.Contains("tools/call", text);
        Assert.DoesNotContain("eyJ", text); // Every token begins like this.
        Assert.DoesNotContain("alice", text);
        Assert.DoesNotContain(TestPrimitives.Reached, text);
    }

    // After it returns, nothing more is logged, since the server has stopped.
    private static async Task CallAndLogAsync(StringWriter log)
    {
        using var talkative = new ServerFactory(
            ("Logging:LogLevel:Default", "Trace"),
            ("Logging:LogLevel:Microsoft.AspNetCore", "Trace"),
            ("Logging:LogLevel:ModelContextProtocol", "Trace"));
        Listen(talkative, log);
        foreach (var expiry in new long[] { 4102444800, 1 })
        {
            var token = talkative.CreateToken(("sub", "alice"), ("exp", expiry));
            var call = new JsonObject
            {
                ["name"] = "unknown",
                ["arguments"] = new JsonObject { ["email"] = "alice" },
            };
            await talkative.Http.SendAsync(new McpRequest("tools/call", token, call)
            {
                RequestUri = new Uri($"{talkative.Resource}?access_token={token}"),
            });
        }
    }

    private static void Listen(ServerFactory server, StringWriter log)
    {
        var all = new SourceSwitch("all") { Level = SourceLevels.All };
        var loggers = server.Services.GetRequiredService<ILoggerFactory>();
        loggers.AddProvider(new TraceSourceLoggerProvider(all, new TextWriterTraceListener(log)));
    }
}
