using System.Diagnostics;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Benchmarks;

/// <summary>How long a server that was just started needs until its first 401 and its first 200, in milliseconds.</summary>
internal static class ColdStart
{
    public sealed record Result(Sample Refusal, Sample Success, Sample Ratio, Sample Difference);

    /// <summary>Ratios are to the first server, round by round.</summary>
    public static async Task<Result[]> MeasureAsync(IReadOnlyList<ServerKind> kinds, TestIssuer issuer, int rounds)
    {
        var results = kinds.Select(_ => new Result(new(), new(), new(), new())).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            var first = 0.0;
            for (var i = 0; i < kinds.Count; i++)
            {
                var (refusal, success) = await MeasureAsync(kinds[i], issuer);
                first = i == 0 ? success : first;
                if (kinds[i].HasAuth)
                {
                    results[i].Refusal.Add(refusal);
                    results[i].Difference.Add(success - refusal);
                }

                results[i].Success.Add(success);
                results[i].Ratio.Add(success / first);
            }
        }

        return results;
    }

    private static async Task<(double Refusal, double Success)> MeasureAsync(ServerKind kind, TestIssuer issuer)
    {
        var watch = Stopwatch.StartNew();
        using var server = BenchmarkServer.Start(kind, issuer.Issuer, alone: false);
        var refusal = 0.0;
        if (kind.HasAuth)
        {
            await LoadGenerator.WaitAsync(server.Address, await RequestKind.NoToken.SerializeAsync(server, issuer), 401);
            refusal = watch.Elapsed.TotalMilliseconds;
        }

        await LoadGenerator.WaitAsync(server.Address, await RequestKind.Old.SerializeAsync(server, issuer), 200);
        return (refusal, watch.Elapsed.TotalMilliseconds);
    }
}
