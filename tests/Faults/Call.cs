namespace McpOAuthTemplates.Faults;

/// <summary>What is known of a token, whatever the server makes of it.</summary>
internal enum TokenState
{
    /// <summary>It must pass: 401 and 403 are wrong answers.</summary>
    Valid,

    /// <summary>It must not pass: a success is a wrong answer.</summary>
    Invalid,

    /// <summary>Its key is so new, or withdrawn so lately, that both are right.</summary>
    Undecided,
}

/// <summary>A call of a tool by a user, and what its result must contain.</summary>
internal sealed record Call(
    string User,
    string Token,
    TokenState State,
    string Tool,
    object? Arguments,
    string Result)
{
    /// <summary>A call of the tool that tells who is signed in.</summary>
    public static Call WhoAmI(string user, string token, TokenState state = TokenState.Valid) =>
        new(user, token, state, "whoami", Arguments: null, Result: $"subject: {user}\n");
}

/// <summary>What came of a call.</summary>
internal enum Answer
{
    Served,
    Refused,
    ToldToWait,
    Lost,

    /// <summary>No server has taken the connection: it was not sent.</summary>
    NotAccepted,
    Wrong,
}
