using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace TodoServer.Authorization;

/// <summary>One attempt to read the keys of the issuer.</summary>
internal sealed class KeyReading
{
    /// <summary>Represents the time before the first attempt.</summary>
    public static readonly KeyReading None = new() { _time = DateTime.MinValue };

    // How long a request waits for it, since an issuer may not respond.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1.5);

    private DateTime _time = DateTime.UtcNow;

    /// <summary>Never throws.</summary>
    public Task Task { get; set; } = Task.CompletedTask;

    /// <summary>Whether the previous attempt failed.</summary>
    public bool IsRetry { get; init; }

    public OpenIdConnectConfiguration? Keys { get; private set; }

    public IssuerUnavailableException? Failure { get; private set; }

    /// <summary>
    /// The time since it began or, if it failed, since then. If the clock was set back, the keys
    /// are read again, as if it had been set forward.
    /// </summary>
    public TimeSpan Age => (DateTime.UtcNow - _time).Duration();

    public void Succeed(OpenIdConnectConfiguration keys) => Keys = keys;

    public void Fail(IssuerUnavailableException failure)
    {
        _time = DateTime.UtcNow;
        Failure = failure;
    }

    /// <summary>Waits until it ends, or takes longer than a request can wait.</summary>
    public async Task WaitAsync()
    {
        var rest = s_patience - Age;
        if (!Task.IsCompleted && rest > TimeSpan.Zero)
        {
            await Task.WhenAny(Task, Task.Delay(rest));
        }
    }

    /// <summary>The exception for a caller that needs keys, if it read none.</summary>
    public IssuerUnavailableException CreateException() =>
        new(Failure?.Message ?? IssuerUnavailableException.NotReadable);
}
