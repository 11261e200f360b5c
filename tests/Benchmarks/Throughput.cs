using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Benchmarks;

/// <summary>Requests per second and CPU per request, in rounds in which each server has its turn.</summary>
internal static class Throughput
{
    private const int Connections = 16;

    private const int WarmUpWindow = 20;

    /// <summary>
    /// Sends each kind of request to each server that knows it. Ratios are to the first of the runs, round by round, so that what
    /// else the machine does cancels out.
    /// </summary>
    public static async Task MeasureAsync(
        IReadOnlyList<Run> runs, TestIssuer issuer, int rounds, TimeSpan turn, int warmUps)
    {
        var loads = new List<LoadGenerator>();
        var sizes = new int[runs.Count];
        foreach (var (server, request, _) in runs)
        {
            var status = server.Kind.HasAuth ? request.Status : 200;
            var bytes = await request.SerializeAsync(server, issuer);
            loads.Add(new LoadGenerator(server.Address, _ => bytes, status, Connections));
        }

        // Until the code is compiled and optimized, as long as that makes it cheaper; then as many requests as fill a turn.
        var warmUpCosts = runs.Select(_ => new List<double>()).ToArray();
        while (warmUpCosts.Any(costs => costs.Count < warmUps || (costs.Count < 10 * warmUps && IsFalling(costs))))
        {
            for (var i = 0; i < runs.Count; i++)
            {
                var before = runs[i].Server.CpuSeconds;
                var result = await loads[i].RunAsync(1000);
                sizes[i] = Math.Max(100, (int)(1000 / result.Elapsed.TotalSeconds * turn.TotalSeconds));
                warmUpCosts[i].Add(runs[i].Server.CpuSeconds - before);
            }
        }

        for (var round = 0; round < rounds; round++)
        {
            var speeds = new double[runs.Count];
            var costs = new double[runs.Count];
            var latencies = new double[runs.Count];
            for (var turnOf = 0; turnOf < runs.Count; turnOf++)
            {
                var i = (turnOf + round) % runs.Count;
                var before = runs[i].Server.CpuSeconds;
                var result = await loads[i].RunAsync(sizes[i]);
                speeds[i] = sizes[i] / result.Elapsed.TotalSeconds;
                latencies[i] = result.Percentile99.TotalMilliseconds;
                costs[i] = (runs[i].Server.CpuSeconds - before) / sizes[i] * 1e6;
            }

            for (var i = 0; i < runs.Count; i++)
            {
                runs[i].Result.SpeedRatio.Add(speeds[0] / speeds[i]);
                runs[i].Result.CpuRatio.Add(costs[i] / costs[0]);
                runs[i].Result.LatencyRatio.Add(latencies[0] / latencies[i]);
            }
        }
    }

    private static bool IsFalling(List<double> costs) =>
        costs.TakeLast(WarmUpWindow).Average() < 0.98 * costs.SkipLast(WarmUpWindow).TakeLast(WarmUpWindow).Average();

    /// <summary>One kind of request to one server, and where its figures go.</summary>
    public sealed record Run(BenchmarkServer Server, RequestKind Request, Result Result);

    /// <summary>
    /// Speed and latency (99 of 100 requests) are those of the first server in relation to this one;
    /// cost is that of this one to the first.
    /// </summary>
    public sealed class Result
    {
        public Sample SpeedRatio { get; } = new();

        public Sample CpuRatio { get; } = new();

        public Sample LatencyRatio { get; } = new();
    }
}
