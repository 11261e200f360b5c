using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Faults;

/// <summary>The clocks of issuer and server differ.</summary>
internal static class ClockFaults
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    public static IReadOnlyList<Fault> All { get; } =
    [
        new(
            "clock-minute",
            "Tokens pass that name no beginning and have not ended yet; others wait until the clock of the server is there.",
            run => TryAsync(run, s_minute, ends: TokenState.Valid)),
        new(
            "clock-hour",
            "No token passes that has ended by the clock of the server, or has not begun; all pass as soon as the clock is right.",
            run => TryAsync(run, s_hour, ends: TokenState.Invalid)),
    ];

    // Tokens of the issuer last five minutes.
    private static async Task TryAsync(FaultRun run, TimeSpan offset, TokenState ends)
    {
        var server = await run.StartWarmAsync();
        var caller = run.CreateCaller(server);

        run.Issuer.ClockOffset = offset;
        await SendAsync(caller, () => run.CreateCall(server));
        await SendAsync(caller, () => CreateBeginning(run, server));

        run.Issuer.ClockOffset = -offset;
        await SendAsync(caller, () => run.CreateCall(server, ends));

        run.Issuer.ClockOffset = TimeSpan.Zero;
        await run.HealAsync(caller, () => run.CreateCall(server), s_minute);
    }

    private static async Task SendAsync(Caller caller, Func<Call> createCall)
    {
        for (var number = 0; number < 100; number++)
        {
            await caller.SendAsync(createCall());
        }
    }

    // A token that counts from this moment on, by the clock of the issuer.
    private static Call CreateBeginning(FaultRun run, ServerProcess server)
    {
        var now = DateTimeOffset.UtcNow + run.Issuer.ClockOffset;
        var token = run.CreateToken(server, "early", ("nbf", now.ToUnixTimeSeconds()));
        return Call.WhoAmI("early", token, TokenState.Invalid);
    }
}
