using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>A program that runs until it ends, or until the test ends it. Keeps what it prints.</summary>
internal sealed class LoggedProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private LoggedProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Log(line.Data);
        process.ErrorDataReceived += (_, line) => Log(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>All that it has printed so far.</summary>
    public string Output => string.Join('\n', _lines);

    /// <summary>The line that begins so, less that, or null if there is none yet; the second one if the number is 2.</summary>
    public string? Find(string prefix, int number = 1) => _lines
        .Where(line => line.StartsWith(prefix, StringComparison.Ordinal)).ElementAtOrDefault(number - 1)?[prefix.Length..];

    public static ProcessStartInfo CreateStartInfo(string workingDirectory, string program, IEnumerable<string> arguments) =>
        new(program, arguments)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };

    public static LoggedProcess Start(ProcessStartInfo start) => new(Process.Start(start)!);

    /// <summary>Waits for the line that begins so, and returns the rest of it.</summary>
    public async Task<string> WaitForAsync(string prefix, int number = 1, TimeSpan? atMost = null)
    {
        await Poll.UntilAsync(async () =>
        {
            if (_process.HasExited)
            {
                await _process.WaitForExitAsync(); // And its last lines are there.
                Assert.True(Find(prefix, number) is not null, $"It has ended without \"{prefix}\":\n{Output}");
            }

            return Find(prefix, number) is not null;
        }, atMost);
        return Find(prefix, number)!;
    }

    /// <summary>Waits for its end.</summary>
    public async Task<CommandResult> WaitForExitAsync(TimeSpan? atMost = null)
    {
        using var timeout = new CancellationTokenSource(atMost ?? TimeSpan.FromSeconds(60));
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"It has not ended in time:\n{Output}");
        }

        return new CommandResult(string.Join(' ', _process.StartInfo.ArgumentList), _process.ExitCode, Output, "");
    }

    /// <summary>Asks it to stop, as a shell does, and waits until it has done what it does then.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await WaitForExitAsync();
    }

    /// <summary>Ends it at once, if it has not ended.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private void Log(string? line)
    {
        if (line is not null)
        {
            _lines.Enqueue(line);
        }
    }
}
