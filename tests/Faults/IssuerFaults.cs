using System.Net;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace McpOAuthTemplates.Faults;

/// <summary>An issuer that is away, slow, silent or wrong, when the server starts and later.</summary>
internal static class IssuerFaults
{
    private const int HugeLength = 64 * 1024 * 1024;

    private static readonly TimeSpan s_slow = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_toHeal = TimeSpan.FromSeconds(20);

    public static IReadOnlyList<Fault> All { get; } =
    [
        new(
            "issuer-down-at-start",
            "The server starts, tells users to wait instead of to sign in, and refuses junk at once.",
            TryDownAtStartAsync),
        new(
            "issuer-down-later",
            "Tokens of a known key are served as before, and those of a new key have to wait.",
            TryDownLaterAsync),
        new(
            "issuer-slow",
            "An issuer that takes two seconds for a document delays users at the start and not later.",
            run => TryAsync(run, AnswerSlowlyAsync, isReadable: true)),
        new(
            "issuer-silent",
            "An issuer that takes requests and never answers holds up nobody.",
            run => TryAsync(run, NeverAnswerAsync)),
        new(
            "issuer-wrong",
            "The keys in the document of another issuer are not used.",
            run => TryAsync(run, (http, _) => AnswerOtherIssuerAsync(http, run.Issuer))),
        new(
            "issuer-broken",
            "JSON that breaks off is no document.",
            run => TryAsync(run, (http, _) => http.Response.WriteAsync("{\"issuer\":\""))),
        new(
            "issuer-huge",
            "A document of 64 MB is not read, and costs a few megabytes.",
            TryHugeAsync),
    ];

    private static async Task TryDownAtStartAsync(FaultRun run)
    {
        var server = await run.StartServerAsync();
        run.Watch(server);
        await BearAtStartAsync(run, server);
        await RequireNoKeysAsync(run, server);
        await run.Issuer.StartAsync();
        await HealAsync(run, server);
    }

    private static async Task TryDownLaterAsync(FaultRun run)
    {
        var server = await run.StartWarmAsync(("OAuth__KeyRefreshSeconds", "2"));
        await run.Issuer.StopAsync();
        await BearLaterAsync(run, server, TokenState.Valid);
        await run.Issuer.StartAsync();
        await HealAsync(run, server);
    }

    private static async Task TryHugeAsync(FaultRun run)
    {
        await TryAsync(run, (http, _) => AnswerHugeAsync(http));
        var added = run.Memory!.GetPeak() - run.Memory.Before;
        run.Require(added < 100, $"{added:F0} MB were added.");
    }

    /// <summary>At the start and later, by what comes between the issuer and the server.</summary>
    private static async Task TryAsync(
        FaultRun run, Func<HttpContext, RequestDelegate, Task> fault, bool isReadable = false)
    {
        await run.Issuer.StartAsync();
        run.Issuer.Fault = fault;
        var server = await run.StartServerAsync(
            ("OAuth__KeyRefreshSeconds", "2"), ("Mcp__RequestsPerMinute", "100000"));
        run.Watch(server);
        await BearAtStartAsync(run, server);
        if (!isReadable)
        {
            await RequireNoKeysAsync(run, server);
        }

        run.Issuer.Fault = null;
        await HealAsync(run, server);

        run.Issuer.Fault = fault;
        await BearLaterAsync(run, server, isReadable ? TokenState.Undecided : TokenState.Valid);
        run.Issuer.Fault = null;
        await HealAsync(run, server);
    }

    private static async Task BearAtStartAsync(FaultRun run, ServerProcess server)
    {
        var caller = run.CreateCaller(server);
        await using var users = new Traffic(caller, run.CreateUsers(server));
        await using var strangers = new Traffic(caller, _ => CreateJunk(run, server), atOnce: 1);
        await Task.Delay(TimeSpan.FromSeconds(3));
        await users.StopAsync();
        await strangers.StopAsync();
        RequireFast(run, users, seconds: 3);
        RequireFast(run, strangers, seconds: 1.5);
    }

    private static async Task RequireNoKeysAsync(FaultRun run, ServerProcess server)
    {
        run.Require(run.Figures.Count(Answer.Served) == 0, "Users were served without keys.");
        using var ready = await server.Client.GetAsync("/readyz");
        run.Require(ready.StatusCode == HttpStatusCode.ServiceUnavailable, "It said that it is ready.");
    }

    // Its users have tokens of a key that the server knows; then the issuer signs with a new one.
    private static async Task BearLaterAsync(FaultRun run, ServerProcess server, TokenState newKey)
    {
        var caller = run.CreateCaller(server);
        var waited = run.Figures.Count(Answer.ToldToWait);
        await using var users = new Traffic(caller, run.CreateUsers(server));
        await Task.Delay(TimeSpan.FromSeconds(4));
        await users.StopAsync();
        RequireFast(run, users, seconds: 2.5);
        run.Require(run.Figures.Count(Answer.ToldToWait) == waited, "Users of a known key had to wait.");

        run.Issuer.OtherKeys = [.. run.Issuer.OtherKeys, run.Issuer.Key];
        run.Issuer.RotateKey();
        await caller.SendAsync(run.CreateCall(server, newKey));
    }

    private static async Task HealAsync(FaultRun run, ServerProcess server)
    {
        var caller = run.CreateCaller(server);
        await run.HealAsync(caller, () => run.CreateCall(server), s_toHeal);
        var createCall = run.CreateUsers(server);
        for (var number = 0; number < 50; number++)
        {
            var answer = await caller.SendAsync(createCall(number));
            run.Require(answer == Answer.Served, $"Afterwards, the answer was: {answer}.");
        }
    }

    private static void RequireFast(FaultRun run, Traffic traffic, double seconds)
    {
        var slowest = traffic.Slowest.TotalSeconds;
        run.Require(slowest < seconds, $"An answer took {slowest:F1} s instead of {seconds} s at most.");
    }

    private static Call CreateJunk(FaultRun run, ServerProcess server)
    {
        var expired = ("exp", (object?)DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeSeconds());
        return Call.WhoAmI("stranger", run.CreateToken(server, "stranger", expired), TokenState.Invalid);
    }

    private static async Task AnswerSlowlyAsync(HttpContext http, RequestDelegate next)
    {
        await Task.Delay(s_slow);
        await next(http);
    }

    private static Task NeverAnswerAsync(HttpContext http, RequestDelegate next) =>
        Task.Delay(Timeout.Infinite, http.RequestAborted)
            .ContinueWith(_ => { }, TaskScheduler.Default);

    private static Task AnswerOtherIssuerAsync(HttpContext http, TestIssuer issuer)
    {
        if (http.Request.Path.Value!.EndsWith("/keys", StringComparison.Ordinal))
        {
            return http.Response.WriteAsync(TestIssuer.GetKeySet(issuer.Key).ToJsonString());
        }

        return http.Response.WriteAsync($$"""
            {"issuer":"https://login.contoso.com","jwks_uri":"{{issuer.Issuer}}/keys"}
            """);
    }

    private static async Task AnswerHugeAsync(HttpContext http)
    {
        var blanks = new byte[64 * 1024];
        blanks.AsSpan().Fill((byte)' ');
        for (var sent = 0; sent < HugeLength; sent += blanks.Length)
        {
            await http.Response.Body.WriteAsync(blanks, http.RequestAborted);
        }
    }
}
