using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Benchmarks;

/// <summary>How much memory a server takes before and after very many tokens that are all different.</summary>
internal static class Flood
{
    /// <summary>Valid tokens with another signature each time.</summary>
    public static async Task<(double Before, double After)> SendForgedAsync(BenchmarkServer server, TestIssuer issuer, int count)
    {
        var forged = new ForgedRequests(await RequestKind.Old.SerializeAsync(server, issuer));
        return await SendAsync(server, count, 401, forged.Create);
    }

    /// <summary>Valid tokens, far more than the cache holds.</summary>
    public static async Task<(double Before, double After)> SendValidAsync(BenchmarkServer server, TestIssuer issuer, int count)
    {
        var requests = new byte[count][];
        for (var i = 0; i < count; i++)
        {
            requests[i] = await RequestKind.Old.SerializeAsync(server, issuer);
        }

        return await SendAsync(server, count, 200, number => requests[number % count]);
    }

    private static async Task<(double Before, double After)> SendAsync(
        BenchmarkServer server, int count, int status, Func<int, byte[]> getRequest)
    {
        var load = new LoadGenerator(server.Address, getRequest, status, connections: 16);
        await load.RunAsync(Math.Min(count, 10_000));
        var before = server.MegaBytes;
        await load.RunAsync(count);
        return (before, server.MegaBytes);
    }
}
