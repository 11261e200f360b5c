using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Benchmarks;

/// <summary>Generated servers before and after a change, in one run. Ratios are to the first of them: less than 1 is better.</summary>
internal static class Comparison
{
    public static async Task RunAsync(IReadOnlyList<string> programs)
    {
        var report = new Report();
        ServerKind[] kinds = [.. programs.Select(ServerKinds.CreateBuilt)];
        await using var issuer = await TestIssuer.StartNewAsync();
        foreach (var (kind, start) in kinds.Zip(await ColdStart.MeasureAsync(kinds, issuer, 9)).Skip(1))
        {
            report.Add($"time to the first 200, {kind.Name}", kinds[0].Name, start.Ratio.ToString("F2"));
            report.Add($"first 200, {kind.Name}", "first 401, difference in ms", start.Difference.ToString("F0"));
        }

        Cores.PinLoad();
        var servers = kinds.Select(kind => BenchmarkServer.Start(kind, issuer.Issuer)).ToArray();
        try
        {
            foreach (var server in servers)
            {
                await LoadGenerator.WaitAsync(server.Address, await RequestKind.Old.SerializeAsync(server, issuer), 200);
            }

            foreach (var request in new[] { RequestKind.Old, RequestKind.New })
            {
                var runs = servers.Select(server => (server, request)).ToArray();
                var results = await Throughput.MeasureAsync(runs, issuer, rounds: 25, TimeSpan.FromSeconds(0.3), warmUps: 60);
                foreach (var (kind, result) in kinds.Zip(results).Skip(1))
                {
                    report.Add($"CPU per request of {kind.Name}, {request.Name}", kinds[0].Name, result.CpuRatio.ToString("F3"));
                }

                Console.WriteLine($"CPU of {kinds[0].Name}: {results[0].Cpu.ToString("F1")} us a request");
            }

            foreach (var server in servers.Skip(1))
            {
                report.Add($"memory after load, {server.Kind.Name}", kinds[0].Name, $"{server.MegaBytes / servers[0].MegaBytes:F2}");
            }
        }
        finally
        {
            Array.ForEach(servers, server => server.Dispose());
        }

        Console.WriteLine(report);
    }
}
