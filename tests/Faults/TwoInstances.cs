using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Faults;

/// <summary>Two instances of the server behind nginx, with the file of deploy/nginx for that.</summary>
internal sealed class TwoInstances : IAsyncDisposable
{
    private readonly FaultRun _run;
    private readonly ServerProcess[] _instances = new ServerProcess[2];
    private readonly Nginx _nginx = new();
    private readonly int _port = ServerProcess.GetFreePort();

    private TwoInstances(FaultRun run)
    {
        _run = run;
        Client = new HttpClient { BaseAddress = new Uri($"http://localhost:{_port}") };
    }

    /// <summary>The way through nginx.</summary>
    public HttpClient Client { get; }

    public string Resource => $"http://localhost:{_port}/mcp";

    public static async Task<TwoInstances> StartAsync(FaultRun run)
    {
        if (Nginx.SkipReason is { } reason)
        {
            throw new InvalidOperationException(reason);
        }

        var both = new TwoInstances(run);
        await run.Issuer.StartAsync();
        await both.StartInstanceAsync(0, CreateAddress());
        await both.StartInstanceAsync(1, CreateAddress());
        var configuration = Nginx.Read(
            run.Server.Project,
            "instances.conf",
            both._port,
            both._instances[0].Address.Port,
            both._instances[1].Address.Port);

        // So that an instance which was restarted soon gets requests again.
        configuration = configuration.Replace("fail_timeout=5s", "fail_timeout=1s", StringComparison.Ordinal);
        await both._nginx.StartAsync(both._port, configuration);
        return both;
    }

    public void Watch(int index) => _run.Watch(_instances[index]);

    /// <summary>kill -9.</summary>
    public Task KillAsync(int index) => _instances[index].KillAsync();

    /// <summary>SIGTERM, and its end.</summary>
    public Task StopAsync(int index) => _instances[index].StopAsync();

    /// <summary>Starts it again, and returns when it gets requests.</summary>
    public async Task StartAgainAsync(int index)
    {
        await StartInstanceAsync(index, _instances[index].Address);
        var before = CountServed(index);
        await Poll.UntilAsync(() => Task.FromResult(CountServed(index) > before + 100));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _nginx.DisposeAsync();
    }

    private static Uri CreateAddress() => new($"http://localhost:{ServerProcess.GetFreePort()}");

    private int CountServed(int index)
    {
        var line = $"127.0.0.1:{_instances[index].Address.Port} 200 200";
        return _nginx.Requests.Count(request => request == line);
    }

    private async Task StartInstanceAsync(int index, Uri address)
    {
        _instances[index] = await _run.Server.StartAtAsync(
            _run.Issuer,
            address,
            ("OAuth__Resource", Resource),
            ("Mcp__RequestsPerMinute", "1000000"),
            ("Mcp__DrainSeconds", "1"));
        _run.Add(_instances[index]);
        await _instances[index].WaitUntilReadyAsync();
    }
}
