using System.Diagnostics;
using System.Threading.Channels;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Benchmarks;

/// <summary>What a server is started with, and where its MCP endpoint and its trivial tool are.</summary>
internal sealed record ServerKind(
    string Name, string Folder, string[] Command, string Tool, string Path = "/mcp", bool HasAuth = true, bool HasNewRevision = true,
    Func<Uri, string, (string Name, string Value)[]>? Settings = null);

/// <summary>
/// One server process, alone on the first core: the load comes from the other one. Or several, which are one for their clients.
/// </summary>
internal sealed class BenchmarkServer : IDisposable
{
    private readonly IReadOnlyList<Process> _processes;

    private readonly Channel<RuntimeCounters> _counters = Channel.CreateUnbounded<RuntimeCounters>();

    private BenchmarkServer(ServerKind kind, IReadOnlyList<Process> processes, Uri address)
    {
        Kind = kind;
        _processes = processes;
        Address = address;
    }

    public ServerKind Kind { get; }

    public Uri Address { get; }

    public Uri Endpoint => new(Address, Kind.Path);

    public double CpuSeconds => Sum(process => process.TotalProcessorTime.TotalSeconds);

    public double MegaBytes => Sum(process => process.WorkingSet64 / 1e6);

    /// <summary>
    /// Starts it, alone on the first core or, as it would be anywhere else, on all; and with
    /// counters only if they are read, since they cost time.
    /// </summary>
    public static BenchmarkServer Start(
        ServerKind kind, string issuer, bool alone = true, bool hasCounters = false)
    {
        var address = new Uri($"http://localhost:{ServerProcess.GetFreePort()}");
        string[] pinned = alone && Cores.CanPin ? ["taskset", "-c", "0", .. kind.Command] : kind.Command;
        var start = Dotnet.CreateStartInfo(kind.Folder, Dotnet.Home, pinned[1..]);
        start.FileName = pinned[0];
        start.Environment["ASPNETCORE_URLS"] = address.GetLeftPart(UriPartial.Authority);
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development"; // All the same; the issuer has no https.
        start.Environment["DOTNET_TC_DelaySingleProcMultiplier"] = "1"; // Else code is optimized ten times later, as it has one core.
        start.Environment["PORT"] = $"{address.Port}";
        foreach (var (name, value) in kind.Settings?.Invoke(address, issuer) ?? [])
        {
            start.Environment[name] = value;
        }

        if (hasCounters)
        {
            start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        }

        var process = Process.Start(start)!;
        var server = new BenchmarkServer(kind, [process], address);
        process.OutputDataReceived += (_, line) => server.Receive(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Instances behind the address of a proxy. Its own CPU does not count.</summary>
    public static BenchmarkServer Combine(ServerKind kind, IEnumerable<BenchmarkServer> instances, Uri address) =>
        new(kind, [.. instances.SelectMany(instance => instance._processes)], address);

    /// <summary>What a server that was started with counters has done until now.</summary>
    public async Task<RuntimeCounters> ReadCountersAsync()
    {
        await _processes[0].StandardInput.WriteLineAsync();
        await _processes[0].StandardInput.FlushAsync();
        return await _counters.Reader.ReadAsync();
    }

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
            }

            process.Dispose();
        }
    }

    private void Receive(string? line)
    {
        if (RuntimeCounters.Parse(line) is { } counters)
        {
            _counters.Writer.TryWrite(counters);
        }
    }

    private double Sum(Func<Process, double> read) => _processes.Sum(process =>
    {
        process.Refresh();
        return read(process);
    });
}
