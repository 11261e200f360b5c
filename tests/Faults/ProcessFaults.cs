using System.Diagnostics;
using System.Net;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Faults;

/// <summary>What happens to the process of the server, and to its log.</summary>
internal static class ProcessFaults
{
    public static IReadOnlyList<Fault> All { get; } =
    [
        new(
            "log-disk-full",
            "A log that cannot be written any more costs nobody an answer.",
            run => TryLogAsync(run, "> /dev/full")),
        new(
            "log-reader-stuck",
            "A log that nobody reads any more costs nobody an answer.",
            run => TryLogAsync(run, "> >(sleep 600)")),
        new(
            "sigterm",
            "What a load balancer sends until /readyz has told it not to is answered.",
            TrySigtermAsync),
    ];

    // Each request leaves several lines.
    private static async Task TryLogAsync(FaultRun run, string output)
    {
        await run.Issuer.StartAsync();
        var program = run.Server with { Program = SaveScript(run.Server.Program, output) };
        var server = await program.StartAsync(
            run.Issuer,
            ("Mcp__RequestsPerMinute", "1000000"),
            ("Logging__LogLevel__Microsoft.AspNetCore", "Information"));
        run.Add(server);
        await server.WaitUntilReadyAsync();
        run.Watch(server);

        var caller = run.CreateCaller(server);
        await using var users = new Traffic(caller, run.CreateUsers(server), pauseMilliseconds: 1);
        await Task.Delay(TimeSpan.FromSeconds(10));
        await users.StopAsync();
        run.Require(users.Slowest < TimeSpan.FromSeconds(2), $"An answer took {users.Slowest}.");
        run.Require(run.Figures.Sent > 1000, "The log has hardly been used.");
    }

    // It becomes the server, so that both are one process.
    private static string SaveScript(string program, string output)
    {
        var folder = Repository.CreateEmptyDirectory("fault-log");
        var script = Path.Combine(folder, "server.sh");
        File.WriteAllText(script, $"#!/bin/bash\nexec dotnet '{program}' {output}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return script;
    }

    // A load balancer asks whether the server is ready, and sends it no more requests when it is not.
    private static async Task TrySigtermAsync(FaultRun run)
    {
        var server = await run.StartWarmAsync(("Mcp__DrainSeconds", "1"));
        var users = new Traffic(
            run.CreateCaller(server), run.CreateUsers(server), atOnce: 16, pauseMilliseconds: 0);
        await Task.Delay(TimeSpan.FromSeconds(3));

        run.TakeMemory();
        var watch = Stopwatch.StartNew();
        var stopped = server.StopAsync();
        await Poll.UntilAsync(() => IsNotReadyAsync(server));
        await users.DisposeAsync();
        await stopped;

        var again = await run.Server.StartAtAsync(run.Issuer, server.Address);
        run.Add(again);
        await run.CreateCaller(again).PollAsync(
            () => run.CreateCall(again), Answer.Served, TimeSpan.FromSeconds(10));
        run.AddTimeToHeal(watch.Elapsed);
    }

    private static async Task<bool> IsNotReadyAsync(ServerProcess server)
    {
        using var response = await server.Client.GetAsync("/readyz");
        return response.StatusCode == HttpStatusCode.ServiceUnavailable;
    }
}
