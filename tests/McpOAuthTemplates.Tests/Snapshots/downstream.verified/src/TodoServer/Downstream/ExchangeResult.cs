namespace TodoServer.Downstream;

/// <summary>A token and how long it can be used, or what the model is told.</summary>
internal sealed class ExchangeResult
{
    // Not a record, whose text would contain the token.
    private ExchangeResult()
    {
    }

    public string? Token { get; private init; }

    public TimeSpan Lifetime { get; private init; }

    public string Problem { get; private init; } = "";

    /// <summary>Whether the authorization server said no: it will say so again.</summary>
    public bool IsRefusal { get; private init; }

    public static ExchangeResult Success(string token, TimeSpan lifetime) =>
        new() { Token = token, Lifetime = lifetime };

    public static ExchangeResult Refused(string problem) =>
        new() { Problem = problem, IsRefusal = true };

    /// <summary>It may work at the next call.</summary>
    public static ExchangeResult Failed(string problem) => new() { Problem = problem };
}
