using System.Diagnostics;
using Xunit.Abstractions;

namespace McpOAuthTemplates.Tests.Downstream;

[Collection(nameof(DownstreamServer))]
public sealed class CostTests(DownstreamServer server, ITestOutputHelper output)
{
    [Fact]
    public async Task Cost()
    {
        var token = server.CreateToken(DownstreamServer.CreateSubject());
        using var http = new HttpClient();
        for (var round = 0; round < 3; round++)
        {
            var who = await MedianAsync(() => server.CallAsync("whoami", token));
            var orders = await MedianAsync(() => server.CallAsync("list_orders", token));
            var api = await MedianAsync(() => http.GetStringAsync(new Uri(server.Api.Address, "x")));
            output.WriteLine($"whoami {who:F2} list_orders {orders:F2} api {api:F2} extra {orders - who - api:F2}");
            Console.WriteLine($"COST whoami {who:F2} list_orders {orders:F2} api {api:F2} extra {orders - who - api:F2}");
        }
    }

    private static async Task<double> MedianAsync(Func<Task> call)
    {
        List<double> times = [];
        for (var i = 0; i < 300; i++)
        {
            var watch = Stopwatch.StartNew();
            await call();
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        return times[times.Count / 2];
    }
}
