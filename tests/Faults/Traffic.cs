using System.Collections.Concurrent;
using System.Diagnostics;

namespace McpOAuthTemplates.Faults;

/// <summary>Calls that go on until they are stopped: some at once, each after a pause.</summary>
internal sealed class Traffic : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<double> _milliseconds = new();
    private readonly Task _callers;
    private int _number;

    public Traffic(Caller caller, Func<int, Call> createCall, int atOnce = 4, int pauseMilliseconds = 20)
    {
        var callers = Enumerable.Range(0, atOnce)
            .Select(_ => Task.Run(() => SendAsync(caller, createCall, pauseMilliseconds)));
        _callers = Task.WhenAll(callers);
    }

    /// <summary>The longest time that an answer has taken.</summary>
    public TimeSpan Slowest => TimeSpan.FromMilliseconds(_milliseconds.DefaultIfEmpty().Max());

    /// <summary>Sends no more, and waits for the answers.</summary>
    public async Task StopAsync()
    {
        await _end.CancelAsync();
        await _callers;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _end.Dispose();
    }

    private async Task SendAsync(Caller caller, Func<int, Call> createCall, int pauseMilliseconds)
    {
        while (!_end.IsCancellationRequested)
        {
            var call = createCall(Interlocked.Increment(ref _number));
            var watch = Stopwatch.StartNew();
            await caller.SendAsync(call);
            _milliseconds.Enqueue(watch.Elapsed.TotalMilliseconds);
            await Task.Delay(pauseMilliseconds);
        }
    }
}
