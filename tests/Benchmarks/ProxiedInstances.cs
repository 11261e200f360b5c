using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Benchmarks;

/// <summary>Instances of a generated server behind nginx, with the configuration that is generated with it.</summary>
internal sealed class ProxiedInstances : IAsyncDisposable
{
    private readonly Nginx _nginx = new();

    private ProxiedInstances(BenchmarkServer server) => Server = server;

    /// <summary>What clients see: one server.</summary>
    public BenchmarkServer Server { get; }

    public static async Task<ProxiedInstances> StartAsync(ServerKind kind, TestIssuer issuer, int instances)
    {
        var proxy = new Uri($"http://localhost:{ServerProcess.GetFreePort()}");
        var behind = kind with { Settings = (_, name) => kind.Settings!(proxy, name) };
        var servers = Enumerable.Range(0, instances).Select(_ => BenchmarkServer.Start(behind, issuer.Issuer)).ToArray();
        var proxied = new ProxiedInstances(BenchmarkServer.Combine(kind, servers, proxy));
        try
        {
            foreach (var server in servers)
            {
                await LoadGenerator.WaitAsync(server.Address, await RequestKind.NoToken.SerializeAsync(server, issuer), 401);
            }

            var project = await Template.CreateAsync("benchmark", "TodoServer");
            int[] ports = [servers[0].Address.Port, servers[^1].Address.Port];
            // The load keeps its connections for as long as it runs.
            const string KeepConnections = "keepalive_requests 100000000;\n";
            var configuration = Nginx.Read(project, "instances.conf", proxy.Port, ports);
            await proxied._nginx.StartAsync(proxy.Port, KeepConnections + configuration);
            await LoadGenerator.WaitAsync(proxy, await RequestKind.Old.SerializeAsync(proxied.Server, issuer), 200);
            return proxied;
        }
        catch
        {
            await proxied.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _nginx.DisposeAsync();
        Server.Dispose();
    }
}
