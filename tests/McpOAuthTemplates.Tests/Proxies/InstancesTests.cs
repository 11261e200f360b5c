using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Proxies;

/// <summary>Two instances behind nginx, with deploy/nginx/instances.conf, of which one ends while requests come.</summary>
public sealed class InstancesTests(InstancesTests.Fixture fixture) : IClassFixture<InstancesTests.Fixture>
{
    [SkippableFact]
    public async Task Restarts_lose_no_request()
    {
        var load = fixture.CreateLoad();
        await load.RunAsync(20_000, RestartAsync(3));

        Assert.Empty(load.Failures);
        Assert.InRange(load.Answered, 20_000, int.MaxValue);
    }

    [SkippableFact]
    public async Task An_instance_that_is_killed_loses_what_it_was_doing_and_nothing_else()
    {
        var load = fixture.CreateLoad();
        await load.RunAsync(5_000, KillAsync());

        Assert.InRange(load.Failures.Count, 0, load.Connections);
    }

    private async Task RestartAsync(int times)
    {
        for (var i = 0; i < times; i++)
        {
            await fixture.WaitForRequestsAsync();
            await fixture.First.StopAsync();
            await fixture.StartFirstAsync();
        }
    }

    private async Task KillAsync()
    {
        await fixture.WaitForRequestsAsync();
        await fixture.First.DisposeAsync(); // kill -9
        await fixture.StartFirstAsync();
        await fixture.WaitForRequestsAsync();
    }

    public sealed class Fixture : IAsyncLifetime
    {
        private readonly int _port = ServerProcess.GetFreePort();

        internal ServerProcess First { get; private set; } = null!;

        private ServerProcess Second { get; set; } = null!;

        private TestIssuer Issuer { get; } = new();

        private Nginx Proxy { get; } = new();

        private HttpClient? Client { get; set; }

        private string Resource => $"http://localhost:{_port}/mcp";

        private (string, string)[] Settings =>
        [
            ("OAuth__Issuer", Issuer.Issuer),
            ("OAuth__Resource", Resource),
            ("Mcp__RequestsPerMinute", "10000000"),
            ("Mcp__DrainSeconds", "1"), // In Development it would not wait.
        ];

        public async Task InitializeAsync()
        {
            if (Nginx.SkipReason is not null)
            {
                return;
            }

            await Issuer.StartAsync();
            First = await StartAsync(new Uri($"http://localhost:{ServerProcess.GetFreePort()}"));
            Second = await StartAsync(new Uri($"http://localhost:{ServerProcess.GetFreePort()}"));
            var project = await TodoServer.BuiltAsync();
            var configuration = Nginx.Read(project, "instances.conf", _port, First.Address.Port, Second.Address.Port);

            // So that the test need not wait for five seconds until the instance gets requests again.
            configuration = configuration.Replace("fail_timeout=5s", "fail_timeout=1s", StringComparison.Ordinal);
            await Proxy.StartAsync(_port, configuration);
            Client = new HttpClient { BaseAddress = new Uri(Resource) };
        }

        public async Task DisposeAsync()
        {
            Client?.Dispose();
            await Proxy.DisposeAsync();
            await (First?.DisposeAsync() ?? ValueTask.CompletedTask);
            await (Second?.DisposeAsync() ?? ValueTask.CompletedTask);
            await Issuer.DisposeAsync();
        }

        internal Load CreateLoad()
        {
            Skip.If(Nginx.SkipReason is not null, Nginx.SkipReason);
            var token = Issuer.CreateToken(Resource, "todo:read");
            return new Load(Client!, () => McpRequests.Create("tools/call", token, new { name = "list_todos" }), connections: 16);
        }

        internal async Task StartFirstAsync() => First = await StartAsync(First.Address);

        /// <summary>Waits until the first instance gets requests, as any other.</summary>
        internal async Task WaitForRequestsAsync()
        {
            var before = CountRequests();
            await Poll.UntilAsync(() => Task.FromResult(CountRequests() > before + 100));
        }

        private int CountRequests()
        {
            var answered = $"127.0.0.1:{First.Address.Port} 200 200";
            return Proxy.Requests.Count(line => line == answered);
        }

        private Task<ServerProcess> StartAsync(Uri address) => TodoServer.StartAgainAsync(address, Settings);
    }
}
