using System.Net;
using System.Net.Sockets;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Proxies;

/// <summary>The server behind a real nginx, with the files of deploy/nginx as they are generated.</summary>
public sealed class NginxTests
{
    private readonly int _port = ServerProcess.GetFreePort();

    public NginxTests() => Skip.If(Nginx.SkipReason is not null, Nginx.SkipReason);

    private string Origin => $"http://localhost:{_port}";

    /// <summary>A path prefix is passed on, or removed: with the settings that the file names, clients see the same server.</summary>
    [SkippableTheory]
    [InlineData("prefix-kept.conf", "")]
    [InlineData("prefix-removed.conf", "/mcp")]
    public async Task A_server_below_a_path_of_its_host_is_found_there(string file, string internalPath)
    {
        await using var issuer = await TestIssuer.StartNewAsync();
        var resource = $"{Origin}/tools/mcp";
        await using var server = await TodoServer.StartAsync(
            issuer, ("OAuth__Resource", resource), ("Mcp__InternalPath", internalPath));
        await using var nginx = new Nginx();
        var locations = Nginx.Read(await TodoServer.BuiltAsync(), file, _port, server.Address.Port);
        await nginx.StartAsync(_port, $"server {{ listen 127.0.0.1:{_port}; {locations} }}");
        using var client = new HttpClient { BaseAddress = new Uri(Origin) };

        using var refused = await SendAsync(client, token: null);
        using var allowed = await SendAsync(client, issuer.CreateToken(resource, "todo:read"));
        using var elsewhere = await client.GetAsync("/mcp");
        using var probe = await client.GetAsync("/tools/readyz");
        var metadata = $"{Origin}/.well-known/oauth-protected-resource/tools/mcp";

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains($"resource_metadata=\"{metadata}\"", refused.GetChallenge(), StringComparison.Ordinal);
        Assert.Contains($"\"resource\":\"{resource}\"", await client.GetStringAsync(metadata), StringComparison.Ordinal);
        Assert.Equal("There are no todos.", await allowed.ReadToolTextAsync());
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, probe.StatusCode);
    }

    /// <summary>A tool may have run.</summary>
    [SkippableFact]
    public async Task A_call_that_was_sent_is_not_sent_again()
    {
        await using var first = new DyingServer();
        await using var second = new DyingServer();
        using var response = await CallAsync(first.Port, second.Port);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal(1, first.Connections + second.Connections);
    }

    [SkippableFact]
    public async Task A_call_that_was_not_sent_goes_to_the_other_instance()
    {
        await using var issuer = await TestIssuer.StartNewAsync();
        await using var server = await TodoServer.StartAsync(issuer, ("OAuth__Resource", $"{Origin}/mcp"));
        var nobody = ServerProcess.GetFreePort();
        using var response = await CallAsync(nobody, server.Address.Port);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    private async Task<HttpResponseMessage> CallAsync(int firstInstance, int secondInstance)
    {
        await using var nginx = new Nginx();
        await nginx.StartAsync(
            _port, Nginx.Read(await TodoServer.BuiltAsync(), "instances.conf", _port, firstInstance, secondInstance));
        using var client = new HttpClient { BaseAddress = new Uri(Origin) };
        return await client.SendMcpAsync("tools/list", token: null);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string? token)
    {
        using var request = McpRequests.Create("tools/call", token, new { name = "list_todos", arguments = new { } });
        request.RequestUri = new Uri("/tools/mcp", UriKind.Relative);
        return await client.SendAsync(request);
    }

    /// <summary>Closes each connection when the first bytes have come, as an instance does that is killed.</summary>
    private sealed class DyingServer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, ServerProcess.GetFreePort());
        private readonly Task _accepting;

        public DyingServer()
        {
            _listener.Start();
            _accepting = AcceptAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public int Connections { get; private set; }

        public async ValueTask DisposeAsync()
        {
            _listener.Dispose();
            await _accepting;
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    using var connection = await _listener.AcceptSocketAsync();
                    Connections++;
                    await connection.ReceiveAsync(new byte[1]);
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // The listener was stopped.
            }
        }
    }
}
