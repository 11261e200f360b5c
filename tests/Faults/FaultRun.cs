using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Faults;

/// <summary>One try of a fault: its issuer, its servers, and what comes of it.</summary>
internal sealed class FaultRun(FaultServer server) : IAsyncDisposable
{
    private const int Users = 20;

    private readonly List<ServerProcess> _servers = [];
    private readonly List<string> _failures = [];

    public FaultServer Server => server;

    public TestIssuer Issuer { get; } = new();

    public Figures Figures { get; } = new();

    /// <summary>How long it took from the end of the fault until users were served again, at worst.</summary>
    public TimeSpan? TimeToHeal { get; private set; }

    /// <summary>The memory of the server that has to bear the fault.</summary>
    public ProcessMemory? Memory { get; private set; }

    /// <summary>What users are told in the table, besides what must hold.</summary>
    public string Remark { get; set; } = "";

    /// <summary>How many requests may be lost: those in flight on a process that is killed.</summary>
    public int AllowedLosses { get; set; }

    /// <summary>How many characters the servers have logged.</summary>
    public int LogLength => _servers.Sum(process => process.Output.Length);

    /// <summary>What did not hold.</summary>
    public IEnumerable<string> Failures => [.. _failures, .. FindBadFigures()];

    public async Task<ServerProcess> StartServerAsync(params (string Name, string Value)[] settings)
    {
        var process = await server.StartAsync(Issuer, settings);
        Add(process);
        return process;
    }

    public void Add(ServerProcess process)
    {
        _servers.Add(process);
    }

    /// <summary>Starts the issuer and a server that has served all its users.</summary>
    public async Task<ServerProcess> StartWarmAsync(params (string Name, string Value)[] settings)
    {
        await Issuer.StartAsync();
        var process = await StartServerAsync([("Mcp__RequestsPerMinute", "1000000"), .. settings]);
        await process.WaitUntilReadyAsync();
        await WarmUpAsync(process);
        Watch(process);
        return process;
    }

    /// <summary>Takes the memory of this server as that of the table.</summary>
    public void Watch(ServerProcess process)
    {
        Memory = new ProcessMemory(process.ProcessId);
    }

    public Caller CreateCaller(ServerProcess process) => new(process.Client, Figures);

    public string CreateToken(ServerProcess process, string user, params (string Name, object? Value)[] claims) =>
        CreateToken(GetAudience(process), user, claims);

    public static string GetAudience(ServerProcess process) => new Uri(process.Address, "mcp").AbsoluteUri;

    /// <summary>Users with one token each, which is valid as long as its key counts.</summary>
    public Func<int, Call> CreateUsers(ServerProcess process) => CreateUsers(GetAudience(process));

    public Func<int, Call> CreateUsers(string resource)
    {
        var calls = Enumerable.Range(0, Users)
            .Select(number => $"user-{number}")
            .Select(user => Call.WhoAmI(user, CreateToken(resource, user)))
            .ToArray();
        return number => calls[number % Users];
    }

    /// <summary>A call with a token that was made this moment.</summary>
    public Call CreateCall(ServerProcess process, TokenState state = TokenState.Valid)
    {
        var user = $"user-{Guid.NewGuid():N}";
        return Call.WhoAmI(user, CreateToken(process, user), state);
    }

    /// <summary>Waits until such a call is served, and takes the time.</summary>
    public async Task HealAsync(Caller caller, Func<Call> createCall, TimeSpan atMost) =>
        AddTimeToHeal(await caller.PollAsync(createCall, Answer.Served, atMost));

    public void AddTimeToHeal(TimeSpan time)
    {
        if (TimeToHeal is null || time > TimeToHeal)
        {
            TimeToHeal = time;
        }
    }

    public void Require(bool condition, string sentence)
    {
        if (!condition)
        {
            _failures.Add(sentence);
        }
    }

    /// <summary>Takes the figures of the memory, unless its process has ended.</summary>
    public void TakeMemory() => Memory?.Finish();

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _servers)
        {
            await process.DisposeAsync();
        }

        await Issuer.DisposeAsync();
    }

    private string CreateToken(string resource, string user, params (string Name, object? Value)[] claims) =>
        Issuer.CreateToken(resource, "todo:read todo:write", user, claims: claims);

    private async Task WarmUpAsync(ServerProcess process)
    {
        var createCall = CreateUsers(process);
        var caller = new Caller(process.Client, new Figures());
        for (var number = 0; number < 200; number++)
        {
            await caller.SendAsync(createCall(number));
        }
    }

    private IEnumerable<string> FindBadFigures()
    {
        if (Figures.Count(Answer.Wrong) > 0)
        {
            yield return $"{Figures.Count(Answer.Wrong)} wrong answers.";
        }

        if (Figures.Count(Answer.Lost) > AllowedLosses)
        {
            yield return $"{Figures.Count(Answer.Lost)} requests lost.";
        }

        if (Figures.Count(Answer.NotAccepted) > 0)
        {
            yield return $"{Figures.Count(Answer.NotAccepted)} connections refused.";
        }
    }
}
