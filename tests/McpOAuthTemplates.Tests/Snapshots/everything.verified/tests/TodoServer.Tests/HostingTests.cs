using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.TraceSource;

namespace TodoServer.Tests;

/// <summary>
/// Which pages and hosts the server answers for, how much, and what it tells: in its log and about
/// its health.
/// </summary>
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
        Assert.Contains("WWW-Authenticate", string.Join(',', response.Headers.GetValues("Access-Control-Expose-Headers")));
    }

    [Theory]
    [InlineData(ServerFactory.Origin, true)]
    [InlineData("https://evil.test", false)]
    public async Task A_preflight_allows_the_headers_of_MCP_to_pages_that_may_call(string origin, bool expected)
    {
        const string Headers = "authorization,content-type,mcp-protocol-version,mcp-method,mcp-name";
        var request = new HttpRequestMessage(HttpMethod.Options, server.Resource) { Headers = { { "Origin", origin } } };
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
        var response = await server.Http.SendAsync(new McpRequest("tools/list") { Headers = { Host = "evil.test" } });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData(1024 * 1024, HttpStatusCode.OK)]
    [InlineData(1024 * 1024 + 1, HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_message_may_have_one_mebibyte(int size, HttpStatusCode expected)
    {
        var request = new McpRequest("tools/list", server.CreateToken());
        var message = await request.Content!.ReadAsStringAsync();
        request.Content = new StringContent(message.PadRight(size), Encoding.UTF8, "application/json");
        var response = await server.Http.SendAsync(request);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_subject_may_send_so_many_requests_a_minute()
    {
        using var limited = new ServerFactory(("Mcp:RequestsPerMinute", "2"));
        var (first, second, third) = (await SendAsync("alice"), await SendAsync("alice"), await SendAsync("alice"));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
        Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
        Assert.InRange(third.Headers.RetryAfter?.Delta ?? TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("bob")).StatusCode);

        Task<HttpResponseMessage> SendAsync(string subject) =>
            limited.Http.SendAsync(new McpRequest("tools/list", limited.CreateToken(null, ("sub", subject))));
    }

    [Fact]
    public async Task The_server_is_ready_when_it_has_the_keys_of_the_issuer()
    {
        using var lonely = new ServerFactory { Issuer = { IsDown = true } };

        Assert.Equal(HttpStatusCode.OK, (await lonely.Http.GetAsync("/healthz")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await lonely.Http.GetAsync("/readyz")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/readyz")).StatusCode);
    }

    [Fact]
    public async Task No_token_and_nothing_personal_is_logged_at_any_level()
    {
        using var log = new StringWriter();
        using var talkative = new ServerFactory(
            ("Logging:LogLevel:Default", "Trace"),
            ("Logging:LogLevel:Microsoft.AspNetCore", "Trace"),
            ("Logging:LogLevel:ModelContextProtocol", "Trace"));
        talkative.Services.GetRequiredService<ILoggerFactory>().AddProvider(new TraceSourceLoggerProvider(
            new SourceSwitch("all") { Level = SourceLevels.All }, new TextWriterTraceListener(log)));
        foreach (var expiry in new long[] { 4102444800, 1 })
        {
            var token = talkative.CreateToken(null, ("sub", "alice"), ("exp", expiry));
            var url = new Uri($"{talkative.Resource}?access_token={token}");
            var call = new JsonObject { ["name"] = "unknown", ["arguments"] = new JsonObject { ["email"] = "alice" } };
            await talkative.Http.SendAsync(new McpRequest("tools/call", token, call) { RequestUri = url });
        }

        Assert.Contains("tools/call", log.ToString());
        Assert.All(["eyJ", "alice", ServerFactory.Reached], secret => Assert.DoesNotContain(secret, log.ToString()));
    }
}
