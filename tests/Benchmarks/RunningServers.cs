using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Benchmarks;

/// <summary>
/// Servers of all kinds at once, started anew several times: no two processes of the same code are equally fast, since what the
/// runtime inlines depends on what it saw first.
/// </summary>
internal static class RunningServers
{
    public static async Task ForEachStartAsync(
        int starts, IReadOnlyList<ServerKind> kinds, TestIssuer issuer, Func<IReadOnlyList<BenchmarkServer>, Task> measureAsync)
    {
        Cores.PinLoad();
        for (var start = 0; start < starts; start++)
        {
            var servers = kinds.Select(kind => BenchmarkServer.Start(kind, issuer.Issuer)).ToArray();
            try
            {
                foreach (var server in servers)
                {
                    await LoadGenerator.WaitAsync(server.Address, await RequestKind.Old.SerializeAsync(server, issuer), 200);
                }

                await measureAsync(servers);
            }
            finally
            {
                Array.ForEach(servers, server => server.Dispose());
            }
        }
    }
}
