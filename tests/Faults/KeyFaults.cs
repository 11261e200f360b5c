using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.IdentityModel.Tokens;

namespace McpOAuthTemplates.Faults;

/// <summary>Keys that come and go.</summary>
internal static class KeyFaults
{
    private const int KeyRefreshSeconds = 3;

    private static readonly TimeSpan s_tenSeconds = TimeSpan.FromSeconds(10);

    public static IReadOnlyList<Fault> All { get; } =
    [
        new(
            "rotation-twice",
            "Twice in a row a key that was never announced counts within ten seconds, though strangers "
            + "forge tokens; the keys before it count all the time.",
            TryRotationsAsync),
        new(
            "key-withdrawn",
            $"A key that is withdrawn ends within twice OAuth:KeyRefreshSeconds, here {KeyRefreshSeconds}; "
            + "without any key, nobody is served.",
            TryWithdrawalAsync),
    ];

    private static async Task TryRotationsAsync(FaultRun run)
    {
        var server = await run.StartWarmAsync();
        var caller = run.CreateCaller(server);
        await using var users = new Traffic(caller, run.CreateUsers(server));
        await using var strangers = new Traffic(caller, _ => Forge(run, server), atOnce: 1);
        var readings = run.Issuer.KeyRequests;
        for (var rotation = 0; rotation < 2; rotation++)
        {
            run.Issuer.OtherKeys = [.. run.Issuer.OtherKeys, run.Issuer.Key];
            run.Issuer.RotateKey();
            await run.HealAsync(caller, () => run.CreateCall(server, TokenState.Undecided), s_tenSeconds);
            await caller.SendAsync(run.CreateCall(server));
        }

        readings = run.Issuer.KeyRequests - readings;
        run.Require(readings <= 3, $"The keys were read {readings} times.");
    }

    private static async Task TryWithdrawalAsync(FaultRun run)
    {
        var server = await run.StartWarmAsync(("OAuth__KeyRefreshSeconds", $"{KeyRefreshSeconds}"));
        var caller = run.CreateCaller(server);
        var token = run.CreateToken(server, "alice");
        run.Issuer.RotateKey();

        var atMost = TimeSpan.FromSeconds(2 * KeyRefreshSeconds);
        var old = Call.WhoAmI("alice", token, TokenState.Undecided);
        run.AddTimeToHeal(await caller.PollAsync(() => old, Answer.Refused, atMost));
        await using (new Traffic(caller, _ => old with { State = TokenState.Invalid }))
        {
            await using var users = new Traffic(caller, run.CreateUsers(server));
            await Task.Delay(TimeSpan.FromSeconds(2 * KeyRefreshSeconds));
        }

        await TryWithoutKeysAsync(run, server, caller, atMost);
    }

    private static async Task TryWithoutKeysAsync(
        FaultRun run, ServerProcess server, Caller caller, TimeSpan atMost)
    {
        run.Issuer.HasNoKeys = true;
        run.AddTimeToHeal(await caller.PollAsync(() => run.CreateCall(server), Answer.ToldToWait, atMost));
        await using (new Traffic(caller, _ => run.CreateCall(server, TokenState.Invalid)))
        {
            await Task.Delay(TimeSpan.FromSeconds(2));
        }

        run.Issuer.HasNoKeys = false;
        await run.HealAsync(caller, () => run.CreateCall(server), s_tenSeconds);
    }

    // Of an unknown key, and of a known one in name.
    private static Call Forge(FaultRun run, ServerProcess server)
    {
        string?[] ids = [null, run.Issuer.Key.KeyId];
        var key = TestIssuer.CreateForeignKey(Random.Shared.GetItems(ids, 1)[0]);
        var credentials = new SigningCredentials(key, SecurityAlgorithms.RsaSha256);
        var token = run.Issuer.CreateToken(FaultRun.GetAudience(server), "todo:read", signedBy: credentials);
        return Call.WhoAmI("stranger", token, TokenState.Invalid);
    }
}
