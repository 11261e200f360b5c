using System.Globalization;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Benchmarks;

/// <summary>Generated servers before and after a change, in one run. Ratios are to the first of them: less than 1 is better.</summary>
internal static class Comparison
{
    private const int Starts = 5;

    public static async Task RunAsync(IReadOnlyList<string> programs, bool withStarts)
    {
        var report = new Report();
        ServerKind[] kinds = [.. programs.Select(ServerKinds.CreateBuilt)];
        await using var issuer = await TestIssuer.StartNewAsync();
        if (withStarts)
        {
            await MeasureStartsAsync(report, kinds, issuer);
        }

        var results = RequestKind.Successes.Select(_ => kinds.Select(_ => new Throughput.Result()).ToArray()).ToArray();
        var memory = kinds.Select(_ => new Sample()).ToArray();
        await RunningServers.ForEachStartAsync(Starts, kinds, issuer, async servers =>
        {
            foreach (var (request, result) in RequestKind.Successes.Zip(results))
            {
                var runs = servers.Zip(result, (server, its) => new Throughput.Run(server, request, its)).ToArray();
                await Throughput.MeasureAsync(runs, issuer, rounds: 7, TimeSpan.FromSeconds(0.3), warmUps: 40);
            }

            Array.ForEach([.. memory.Zip(servers)], pair => pair.First.Add(pair.Second.MegaBytes / servers[0].MegaBytes));
        });

        for (var i = 1; i < kinds.Length; i++)
        {
            foreach (var (request, result) in RequestKind.Successes.Zip(results))
            {
                report.Add($"CPU per request of {kinds[i].Name}, {request.Name}", kinds[0].Name, result[i].CpuRatio.ToString("F3"));
            }

            report.Add($"memory after load, {kinds[i].Name}", kinds[0].Name, memory[i].ToString("F2"));
        }

        Console.WriteLine(report);
    }

    /// <summary>
    /// What a request allocates in each of them, which must be assemblies: native binaries have no
    /// counters.
    /// </summary>
    public static async Task MeasureAllocationAsync(IReadOnlyList<string> programs)
    {
        var report = new Report();
        await using var issuer = await TestIssuer.StartNewAsync();
        foreach (var kind in programs.Select(ServerKinds.CreateBuilt))
        {
            var costs = await RuntimeCosts.MeasureAsync(kind, issuer);
            foreach (var (request, bytes) in costs.BytesPerRequest)
            {
                var value = bytes.ToString("F0", CultureInfo.InvariantCulture);
                report.Add($"bytes allocated per request, {request.Name}", kind.Name, value);
            }
        }
    }

    private static async Task MeasureStartsAsync(
        Report report, ServerKind[] kinds, TestIssuer issuer)
    {
        var starts = await ColdStart.MeasureAsync(kinds, issuer, rounds: 9);
        foreach (var (kind, start) in kinds.Zip(starts).Skip(1))
        {
            var ratio = start.Ratio.ToString("F2");
            report.Add($"time to the first 200, {kind.Name}", kinds[0].Name, ratio);
            var difference = start.Difference.ToString("F0");
            report.Add($"first 200, {kind.Name}", "first 401, difference in ms", difference);
        }
    }
}
