using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Faults;

/// <summary>Clients that are slow, or that have no good token.</summary>
internal static class ClientFaults
{
    private const int UnfinishedBodies = 250;
    private const int SlowReaders = 100;
    private const int ForgedTokens = 100_000;
    private const int MaxTodos = 1000;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(110);

    public static IReadOnlyList<Fault> All { get; } =
    [
        new(
            "unfinished-bodies",
            $"{UnfinishedBodies} requests of one user, of whose megabyte the end never comes, are refused "
            + "within a minute, few of them are kept until then, and nobody else notices.",
            TryUnfinishedBodiesAsync),
        new(
            "slow-readers",
            $"{SlowReaders} connections of one user, who reads a kilobyte a second of many megabytes, are refused "
            + "or cut off, few of them are served until then, and nobody else notices; with "
            + "Mcp:ResponseBytesPerSecond 1000000, so that it does not take minutes.",
            TrySlowReadersAsync),
        new(
            "forged-tokens",
            $"{ForgedTokens:N0} forged tokens are refused with at most 20 lines of the log a second, "
            + "memory stays, and users are served meanwhile.",
            TryForgedTokensAsync),
    ];

    private static async Task TryUnfinishedBodiesAsync(FaultRun run)
    {
        var server = await run.StartWarmAsync();
        await using var users = new Traffic(run.CreateCaller(server), run.CreateUsers(server));
        var token = run.CreateToken(server, "mallory");
        await TryConnectionsAsync(run, UnfinishedBodies, async cancellationToken =>
        {
            using var request = new RawRequest(server.Address, token);
            var status = await request.SendUnfinishedAsync(cancellationToken);
            run.Require(status is null or 408 or 429, $"An unfinished body was answered with {status}.");
        });

        RequireMemory(run, run.Memory!.GetPeak(), added: 150);
    }

    private static async Task TrySlowReadersAsync(FaultRun run)
    {
        var server = await run.StartWarmAsync(("Mcp__ResponseBytesPerSecond", "1000000"));
        var caller = run.CreateCaller(server);
        var token = run.CreateToken(server, "mallory");
        await FillListAsync(caller, token);

        await using var users = new Traffic(caller, run.CreateUsers(server));
        var body = JsonSerializer.Serialize(new
        {
            jsonrpc = "2.0",
            id = 1,
            method = "tools/call",
            @params = new { name = "list_todos" },
        });
        await TryConnectionsAsync(run, SlowReaders, async cancellationToken =>
        {
            using var request = new RawRequest(server.Address, token);
            var status = await request.ReadSlowlyAsync(body, cancellationToken);
            run.Require(status is 200 or 429, $"A slow reader was answered with {status}.");
        });

        RequireMemory(run, run.Memory!.GetPeak(), added: 400);
    }

    // JSON takes six bytes for each of these letters.
    private static async Task FillListAsync(Caller caller, string token)
    {
        var arguments = new { title = new string('字', 200) };
        var call = new Call("mallory", token, TokenState.Valid, "add_todo", arguments, Result: "Added ");
        for (var number = 0; number < MaxTodos; number++)
        {
            await caller.SendAsync(call);
        }
    }

    // The fault has ended when all connections have.
    private static async Task TryConnectionsAsync(
        FaultRun run, int count, Func<CancellationToken, Task> connectAsync)
    {
        using var patience = new CancellationTokenSource(s_patience);
        var watch = Stopwatch.StartNew();
        try
        {
            await Task.WhenAll(Enumerable.Range(0, count).Select(_ => connectAsync(patience.Token)));
        }
        catch (OperationCanceledException)
        {
            run.Require(false, "The server has not ended all connections.");
        }

        run.Figures.Add(Answer.Refused, count);
        run.AddTimeToHeal(watch.Elapsed);
    }

    private static async Task TryForgedTokensAsync(FaultRun run)
    {
        var server = await run.StartWarmAsync();
        using var valid = McpRequests.Create("tools/call", run.CreateToken(server, "stranger"), new { name = "whoami" });
        var endpoint = new Uri(server.Address, "mcp");
        var forged = new ForgedRequests(await LoadGenerator.SerializeAsync(endpoint, valid));
        var load = new LoadGenerator(endpoint, forged.Create, expectedStatus: 401, connections: 16);

        await using var users = new Traffic(run.CreateCaller(server), run.CreateUsers(server));
        var logged = run.LogLength;
        TimeSpan time;
        try
        {
            time = (await load.RunAsync(ForgedTokens)).Elapsed;
            run.Figures.Add(Answer.Refused, ForgedTokens);
        }
        catch (InvalidOperationException exception)
        {
            run.Figures.Add(Answer.Wrong, exception.Message);
            return;
        }

        logged = run.LogLength - logged;
        var perSecond = ForgedTokens / time.TotalSeconds;
        run.Remark = string.Create(CultureInfo.InvariantCulture, $"{perSecond:F0} a second");
        run.Require(logged < 5000 * (time.TotalSeconds + 1), $"{logged} characters were logged in {time}.");
        RequireMemory(run, run.Memory!.GetCurrent(), added: 60);
    }

    private static void RequireMemory(FaultRun run, double now, double added)
    {
        var more = now - run.Memory!.Before;
        run.Require(more < added, $"It has taken {more:F0} MB more.");
    }
}
