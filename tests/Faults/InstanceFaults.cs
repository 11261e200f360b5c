using System.Diagnostics;

namespace McpOAuthTemplates.Faults;

/// <summary>What happens to one of two instances behind nginx.</summary>
internal static class InstanceFaults
{
    private const int CallsAtOnce = 16;

    public static IReadOnlyList<Fault> All { get; } =
    [
        new(
            "kill-one-of-two",
            "What was in flight on the process that kill -9 ended is lost, and nothing else.",
            TryKillAsync),
        new(
            "restart-each-of-two",
            "One after the other gets SIGTERM and is started again, and no request is lost.",
            TryRestartsAsync),
    ];

    private static async Task TryKillAsync(FaultRun run)
    {
        run.AllowedLosses = CallsAtOnce;
        await using var both = await TwoInstances.StartAsync(run);
        await using var users = StartUsers(run, both);
        await Task.Delay(TimeSpan.FromSeconds(3));
        both.Watch(1);
        var watch = Stopwatch.StartNew();
        await both.KillAsync(0);
        await Task.Delay(TimeSpan.FromSeconds(3));
        run.AddTimeToHeal(FindLastLoss(run, watch));
        await both.StartAgainAsync(0);
    }

    private static async Task TryRestartsAsync(FaultRun run)
    {
        await using var both = await TwoInstances.StartAsync(run);
        await using var users = StartUsers(run, both);
        await Task.Delay(TimeSpan.FromSeconds(3));
        both.Watch(1);
        foreach (var instance in new[] { 0, 1 })
        {
            run.TakeMemory();
            await both.StopAsync(instance);
            await both.StartAgainAsync(instance);
        }

        // It never was ill.
        run.AddTimeToHeal(TimeSpan.Zero);
    }

    private static Traffic StartUsers(FaultRun run, TwoInstances both)
    {
        var caller = new Caller(both.Client, run.Figures);
        return new Traffic(caller, run.CreateUsers(both.Resource), CallsAtOnce, pauseMilliseconds: 0);
    }

    // Counted from the kill on.
    private static TimeSpan FindLastLoss(FaultRun run, Stopwatch sinceKill)
    {
        if (run.Figures.LastLoss is not { } loss)
        {
            return TimeSpan.Zero;
        }

        return sinceKill.Elapsed - (DateTime.UtcNow - loss);
    }
}
