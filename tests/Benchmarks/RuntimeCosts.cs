using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Benchmarks;

/// <summary>
/// What a server compiles and loads until its first responses, and what a request allocates after
/// all is compiled.
/// </summary>
internal static class RuntimeCosts
{
    private const int WarmUps = 30_000;

    private const int Requests = 5_000;

    /// <param name="FirstRefusal">At the first 401.</param>
    /// <param name="FirstSuccess">At the first 200.</param>
    /// <param name="BytesPerRequest">For each kind of request with status 200.</param>
    public sealed record Result(
        RuntimeCounters? FirstRefusal,
        RuntimeCounters FirstSuccess,
        IReadOnlyDictionary<RequestKind, double> BytesPerRequest);

    public static async Task<Result> MeasureAsync(ServerKind kind, TestIssuer issuer)
    {
        using var server = BenchmarkServer.Start(kind, issuer.Issuer, hasCounters: true);
        RuntimeCounters? refusal = null;
        if (kind.HasAuth)
        {
            refusal = await WaitAsync(server, RequestKind.NoToken, issuer);
        }

        var success = await WaitAsync(server, RequestKind.Old, issuer);
        var bytes = new Dictionary<RequestKind, double>();
        foreach (var request in RequestKind.Successes)
        {
            bytes.Add(request, await MeasureAllocationAsync(server, request, issuer));
        }

        return new Result(refusal, success, bytes);
    }

    private static async Task<RuntimeCounters> WaitAsync(
        BenchmarkServer server, RequestKind request, TestIssuer issuer)
    {
        var content = await request.SerializeAsync(server, issuer);
        await LoadGenerator.WaitAsync(server.Address, content, request.Status);
        return await server.ReadCountersAsync();
    }

    private static async Task<double> MeasureAllocationAsync(
        BenchmarkServer server, RequestKind request, TestIssuer issuer)
    {
        var content = await request.SerializeAsync(server, issuer);
        var load = new LoadGenerator(server.Address, _ => content, request.Status, connections: 16);
        await load.RunAsync(WarmUps);
        var before = await server.ReadCountersAsync();
        await load.RunAsync(Requests);
        var after = await server.ReadCountersAsync();
        return (after.AllocatedBytes - before.AllocatedBytes) / (double)Requests;
    }
}
