using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using McpOAuthTemplates.Faults;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Server;

/// <summary>SIGTERM: load balancers notice it in time, and what was accepted is finished.</summary>
[Collection(nameof(MinimalApiServer))]
public sealed class ShutdownTests(MinimalApiServer server) : ServerTests(server)
{
    [SkippableFact]
    public async Task Readiness_ends_at_once_and_requests_are_answered()
    {
        await using var stopping = await Server.StartAsync(("Mcp__DrainSeconds", "3"));
        var token = Server.Issuer.CreateToken(new Uri(stopping.Address, "mcp").AbsoluteUri, "todo:read");
        using var begun = await UnfinishedCall.SendAsync(stopping.Address, token);
        using var idle = new TcpClient();
        await idle.ConnectAsync(IPAddress.Loopback, stopping.Address.Port);
        using var before = await stopping.Client.CallToolAsync("list_todos", token);
        var stopped = stopping.StopAsync();
        await Poll.UntilAsync(async () =>
        {
            using var ready = await stopping.Client.GetAsync("/readyz");
            return ready.StatusCode == HttpStatusCode.ServiceUnavailable;
        });

        // A new connection, and one that is kept.
        using var newcomer = new HttpClient { BaseAddress = stopping.Address };
        using var first = await newcomer.CallToolAsync("list_todos", token);
        using var kept = await stopping.Client.CallToolAsync("list_todos", token);
        using var live = await stopping.Client.GetAsync("/healthz");
        Assert.All([first, kept, live], response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.NotEqual(true, kept.Headers.ConnectionClose);

        // Nobody can connect any more, and connections end with their next answer.
        await Poll.UntilAsync(() => IsClosedAsync(stopping.Address));
        using var last = await stopping.Client.CallToolAsync("list_todos", token);

        // Then idle connections end, and still what has begun is finished.
        Assert.Equal(0, await idle.GetStream().ReadAsync(new byte[1]));
        var answer = await begun.FinishAsync();
        await stopped;

        Assert.Equal((HttpStatusCode.OK, true), (last.StatusCode, last.Headers.ConnectionClose));
        Assert.StartsWith("HTTP/1.1 200 OK", answer, StringComparison.Ordinal);
        Assert.Contains("There are no todos.", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("fail:", stopping.Output, StringComparison.Ordinal);
    }

    /// <summary>Who develops does not wait: there is no load balancer.</summary>
    [SkippableFact]
    public async Task In_development_it_stops_at_once()
    {
        await using var stopping = await Server.StartAsync();
        using var kept = await stopping.Client.GetAsync("/healthz");
        var watch = Stopwatch.StartNew();
        await stopping.StopAsync();

        Assert.DoesNotContain("Mcp:DrainSeconds", stopping.Output, StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [SkippableFact]
    public async Task In_production_it_waits_for_load_balancers()
    {
        await using var stopping = await TodoServer.StartAsync(
            "Production", ("OAuth__Issuer", "https://login.contoso.com"), ("OAuth__Resource", "https://mcp.contoso.com/mcp"));
        var stopped = stopping.StopAsync();
        await Poll.UntilAsync(() => Task.FromResult(
            stopping.Output.Contains("Requests are answered for another 5 seconds (Mcp:DrainSeconds)", StringComparison.Ordinal)));

        Assert.False(stopped.IsCompleted);
    }

    /// <summary>Probes name the address of an instance, and they tell nothing that a page could be after.</summary>
    [SkippableTheory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task Probes_are_answered_for_any_host(string path)
    {
        foreach (var host in new[] { "10.1.2.3:8080", "[fd00::1]", "any.contoso.com", "" })
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Server.Server.Address.Port);
            await using var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
            using var reader = new StreamReader(stream);

            Assert.StartsWith("HTTP/1.1 200 OK", await reader.ReadToEndAsync(), StringComparison.Ordinal);
        }
    }

    private static async Task<bool> IsClosedAsync(Uri address)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, address.Port);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>A call of which the last byte is still missing.</summary>
    private sealed class UnfinishedCall : IDisposable
    {
        private readonly TcpClient _client = new();

        public static async Task<UnfinishedCall> SendAsync(Uri server, string token)
        {
            const string Body = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_todos","arguments":{}}}""";
            var call = new UnfinishedCall();
            await call._client.ConnectAsync(IPAddress.Loopback, server.Port);
            var stream = call._client.GetStream();
            await stream.WriteAsync(RawRequest.CreateHead(server, token, Body.Length));
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Body[..^1]));
            return call;
        }

        /// <summary>Sends that byte, and returns all that comes until the server closes the connection.</summary>
        public async Task<string> FinishAsync()
        {
            var stream = _client.GetStream();
            await stream.WriteAsync("}"u8.ToArray());
            using var reader = new StreamReader(stream, leaveOpen: true);
            return await reader.ReadToEndAsync();
        }

        public void Dispose() => _client.Dispose();
    }
}
