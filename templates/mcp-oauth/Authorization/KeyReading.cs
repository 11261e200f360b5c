using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace McpOAuthServer.Authorization;

/// <summary>One attempt to read the keys of the issuer.</summary>
internal sealed class KeyReading
{
    /// <summary>Stands for the time before the first attempt.</summary>
    public static readonly KeyReading None = new() { _time = DateTime.MinValue };

    // For how long a request waits for it: an issuer may be silent.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1.5);

    private DateTime _time = DateTime.UtcNow;

    /// <summary>Never fails.</summary>
    public Task Task { get; set; } = Task.CompletedTask;

    /// <summary>Whether the attempt before had failed.</summary>
    public bool IsRetry { get; init; }

    public OpenIdConnectConfiguration? Keys { get; private set; }

    public IssuerUnavailableException? Failure { get; private set; }

    /// <summary>
    /// Since it began or, if it has failed, since then. Where the clock was set back, it is as if
    /// it had been set forward: the keys are read again.
    /// </summary>
    public TimeSpan Age => (DateTime.UtcNow - _time).Duration();

    public void Succeed(OpenIdConnectConfiguration keys) => Keys = keys;

    public void Fail(IssuerUnavailableException failure)
    {
        _time = DateTime.UtcNow;
        Failure = failure;
    }

    /// <summary>Waits until it has ended, or takes longer than a request can wait.</summary>
    public async Task WaitAsync()
    {
        var rest = s_patience - Age;
        if (!Task.IsCompleted && rest > TimeSpan.Zero)
        {
            await Task.WhenAny(Task, Task.Delay(rest));
        }
    }

    /// <summary>What to tell a caller for whom it brought no keys.</summary>
    public IssuerUnavailableException CreateException() =>
        new(Failure?.Message ?? IssuerUnavailableException.NotReadable);
}
