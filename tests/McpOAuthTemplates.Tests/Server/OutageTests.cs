using System.Diagnostics;
using System.Net;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.IdentityModel.Tokens;

namespace McpOAuthTemplates.Tests.Server;

/// <summary>An issuer that accepts connections and is silent: it delays nobody for long, and leads to no wrong answer.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task Junk_is_refused_at_once_and_what_may_be_good_is_told_to_come_back()
    {
        await using var issuer = new TestIssuer();
        await using var silent = new SilentServer(new Uri(issuer.Issuer).Port);
        await using var server = await TodoServer.StartAsync(issuer);
        var audience = new Uri(server.Address, "mcp").AbsoluteUri;
        var past = DateTimeOffset.UtcNow.AddMinutes(-2).ToUnixTimeSeconds();
        var secret = new SigningCredentials(new SymmetricSecurityKey(new byte[64]), SecurityAlgorithms.HmacSha256);
        var good = issuer.CreateToken(audience);
        string[] junk =
        [
            "abc", "a.b.c", "a.b.c.d.e", good[..(good.LastIndexOf('.') + 1)],
            issuer.CreateToken(audience, signedBy: secret),
            issuer.CreateToken(audience, claims: ("iss", "https://other.contoso.com")),
            issuer.CreateToken("https://other.contoso.com/mcp"),
            issuer.CreateToken(audience, claims: ("exp", past)),
            issuer.CreateToken(audience, claims: ("sub", null)),
            issuer.CreateToken(audience, type: "logout+jwt"),
        ];
        using var warm = await server.Client.CallToolAsync("whoami", "abc");
        foreach (var token in junk)
        {
            var (response, time) = await MeasureAsync(() => server.Client.CallToolAsync("whoami", token));
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        }

        var requests = Enumerable.Range(0, 20).SelectMany(_ => new[]
        {
            MeasureAsync(() => server.Client.CallToolAsync("whoami", good)),
            MeasureAsync(() => server.Client.GetAsync("/readyz")),
        });
        foreach (var (response, time) in await Task.WhenAll(requests))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.False(response.Headers.Contains("WWW-Authenticate"));
            Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(2.5));
        }

        using var unavailable = await server.Client.CallToolAsync("whoami", good);
        Assert.Equal(TimeSpan.FromSeconds(5), unavailable.Headers.RetryAfter?.Delta);
        Assert.Equal(
            """{"error":"temporarily_unavailable","error_description":"The keys of the issuer cannot be read."}""",
            await unavailable.Content.ReadAsStringAsync());
        Assert.InRange(silent.Connections, 1, 2);
    }

    [Fact]
    public async Task Endpoints_with_scopes_answer_alike()
    {
        await using var issuer = new TestIssuer();
        await using var silent = new SilentServer(new Uri(issuer.Issuer).Port);
        var project = await TodoServer.BuiltAsync("--use-controllers");
        await using var server = await ServerProcess.StartAsync(
            project.GetAssembly(), project.ContentRoot, "Development", ("OAuth__Issuer", issuer.Issuer));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/todos");
        request.Headers.Authorization = new("Bearer", issuer.CreateToken(new Uri(server.Address, "mcp").AbsoluteUri, "todo:read"));
        using var response = await server.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.False(response.Headers.Contains("WWW-Authenticate"));
    }

    [Fact]
    public async Task With_the_keys_in_hand_a_silent_issuer_delays_nobody_and_is_asked_seldom()
    {
        await using var issuer = await TestIssuer.StartNewAsync();
        await using var server = await TodoServer.StartAsync(
            issuer, ("OAuth__KeyRefreshSeconds", "2"), ("OAuth__TokenCacheSeconds", "0"), ("Mcp__RequestsPerMinute", "100000"));
        var audience = new Uri(server.Address, "mcp").AbsoluteUri;
        using var first = await server.Client.CallToolAsync("whoami", issuer.CreateToken(audience));
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);

        await issuer.StopAsync();
        await using var silent = new SilentServer(new Uri(issuer.Issuer).Port);
        var watch = Stopwatch.StartNew();
        List<TimeSpan> times = [];
        while (watch.Elapsed < TimeSpan.FromSeconds(8))
        {
            var (response, time) = await MeasureAsync(() => server.Client.CallToolAsync("whoami", issuer.CreateToken(audience)));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            times.Add(time);
            await Task.Delay(20);
        }

        // One request may be the first to find the keys too old.
        Assert.InRange(times.Count(time => time > TimeSpan.FromSeconds(1)), 0, 1);
        Assert.InRange(silent.Connections, 1, 2);
    }

    private static async Task<(HttpResponseMessage Response, TimeSpan Time)> MeasureAsync(Func<Task<HttpResponseMessage>> send)
    {
        var watch = Stopwatch.StartNew();
        var response = await send();
        return (response, watch.Elapsed);
    }
}
