using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Faults;

/// <summary>
/// A thousand users call four tools, for as long as is wished, while the issuer takes a new key
/// every minute: nothing may grow, and no answer may be wrong.
/// </summary>
internal sealed class Soak(FaultServer server, TimeSpan duration) : IAsyncDisposable
{
    private const int Users = 1000;
    private const int Callers = 10;
    private const int CallsPerSecond = 200;

    private static readonly TimeSpan s_sample = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    // As issuers do: they announce a key before they sign with it.
    private static readonly TimeSpan s_announcement = TimeSpan.FromSeconds(15);

    private readonly TestIssuer _issuer = new();
    private readonly Figures _figures = new();
    private readonly ConcurrentQueue<double> _milliseconds = new();

    // The resident set also depends on when garbage is collected, and the p99 on the machine.
    private readonly SoakSeries _live = new("memory that is no garbage", "MB", Factor: 1.1, Tolerance: 1);
    private readonly SoakSeries _resident = new("resident memory", "MB", Factor: 1.4, Tolerance: 0);
    private readonly SoakSeries _p99 = new("p99", "ms", Factor: 2, Tolerance: 5);
    private int _rotations;
    private int _logLength;

    /// <summary>Returns what did not hold.</summary>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        await _issuer.StartAsync();
        await using var process = await server.StartAsync(_issuer);
        await process.WaitUntilReadyAsync();
        using var end = new CancellationTokenSource(duration);
        await Task.WhenAll([
            .. Enumerable.Range(0, Callers).Select(caller => CallAsync(process, caller, end.Token)),
            RotateAsync(end.Token),
            SampleAsync(process, end.Token),
        ]);
        _logLength = process.Output.Length;
        return Evaluate();
    }

    public ValueTask DisposeAsync() => _issuer.DisposeAsync();

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        # Soak

        {DateTime.UtcNow:yyyy-MM-dd}. {FaultTable.DescribeMachine()}. {duration.TotalMinutes:F0} minutes, {Users} users with a token each, four tools, {CallsPerSecond} calls a second,
        {_rotations} rotations of the key. `dotnet run -c Release --project tests/Faults -- soak` writes this file.

        | figure | second quarter | last quarter | at most |
        |---|---:|---:|---:|
        {Format(_live)}
        {Format(_resident)}
        {Format(_p99)}

        Of each quarter, the median counts; there is a value for every five seconds. The first quarter is for warming up. What is no garbage is
        what a full collection leaves.

        | requests | lost | told to wait | wrong | log, KB |
        |---:|---:|---:|---:|---:|
        | {_figures.Sent:N0} | {_figures.Count(Answer.Lost)} | {_figures.Count(Answer.ToldToWait)} | {_figures.Count(Answer.Wrong)} | {_logLength / 1024:N0} |

        """);

    private static string Format(SoakSeries series) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {series.Name}, {series.Unit} | {series.Start:F1} | {series.End:F1} | {series.Limit:F1} |");

    private string[] Evaluate()
    {
        var failures = new List<string>(_figures.Examples);
        foreach (var series in new[] { _live, _resident, _p99 })
        {
            series.Evaluate();
            if (!series.IsFlat)
            {
                failures.Add($"The {series.Name} has grown to more than {series.Limit:F1} {series.Unit}.");
            }
        }

        var unserved = _figures.Count(Answer.ToldToWait) + _figures.Count(Answer.NotAccepted);
        if (unserved > 0)
        {
            failures.Add($"{unserved} requests were not served.");
        }

        return [.. failures];
    }

    // Each caller has its own users, so that no user makes two calls at once.
    private async Task CallAsync(ServerProcess process, int number, CancellationToken cancellationToken)
    {
        var audience = FaultRun.GetAudience(process);
        var users = Enumerable.Range(0, Users / Callers)
            .Select(user => new SoakUser($"user-{number}-{user}", _issuer, audience))
            .ToArray();
        var caller = new Caller(process.Client, _figures);
        var interval = TimeSpan.FromSeconds((double)Callers / CallsPerSecond);
        using var timer = new PeriodicTimer(interval);
        for (var calls = 0; await TickAsync(timer, cancellationToken); calls++)
        {
            var call = users[calls % users.Length].CreateCall();
            var watch = Stopwatch.StartNew();
            await caller.SendAsync(call);
            _milliseconds.Enqueue(watch.Elapsed.TotalMilliseconds);
        }
    }

    // Users have a token for a minute, and more until their next call: its key is published until then.
    private async Task RotateAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(s_minute);
        while (await TickAsync(timer, cancellationToken))
        {
            var next = TestIssuer.CreateNewKey();
            var before = _issuer.Key;
            var earlier = _issuer.OtherKeys.Take(2).ToArray();
            _issuer.OtherKeys = [next, .. earlier];
            await Task.Delay(s_announcement, CancellationToken.None);
            _issuer.Key = next;
            _issuer.OtherKeys = [before, .. earlier];
            _rotations++;
        }
    }

    private async Task SampleAsync(ServerProcess process, CancellationToken cancellationToken)
    {
        var memory = new ProcessMemory(process.ProcessId);
        using var timer = new PeriodicTimer(s_sample);
        while (await TickAsync(timer, cancellationToken))
        {
            var times = new List<double>();
            while (_milliseconds.TryDequeue(out var time))
            {
                times.Add(time);
            }

            _p99.Add(SoakSeries.GetQuantile(times, 0.99));
            _resident.Add(memory.GetCurrent());
            _live.Add(await MeasureLiveAsync(process));
            Console.WriteLine(
                $"{_figures.Sent} requests, {_live.Last:F1} MB of {_resident.Last:F0} MB, p99 {_p99.Last:F1} ms");
        }
    }

    private async Task<double> MeasureLiveAsync(ServerProcess process)
    {
        var token = _issuer.CreateToken(FaultRun.GetAudience(process));
        using var response = await process.Client.CallToolAsync("memory", token);
        return double.Parse(await response.ReadToolTextAsync(), CultureInfo.InvariantCulture) / 1e6;
    }

    private static async Task<bool> TickAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
