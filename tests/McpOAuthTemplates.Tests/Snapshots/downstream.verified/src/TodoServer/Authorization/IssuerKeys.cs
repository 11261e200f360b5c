using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace TodoServer.Authorization;

/// <summary>
/// The keys of the issuer. They are read again at an interval, so that a withdrawn key is not
/// accepted for long, and for a token with an unknown key. Only one attempt runs at a time, however
/// many requests need it, and there is a pause after a failed one.
/// </summary>
internal sealed class IssuerKeys(IOptions<OAuthOptions> oauth, DiscoveryDocument document)
{
    private readonly Lock _lock = new();
    private volatile KeyReading _last = KeyReading.None;
    private volatile KeyReading _lastSuccess = KeyReading.None;

    /// <summary>
    /// The keys, unless they are so old that they must be read first: the process may have been
    /// suspended.
    /// </summary>
    public OpenIdConnectConfiguration? Current
    {
        get
        {
            var success = _lastSuccess;
            var maxAge = TimeSpan.FromSeconds(oauth.Value.KeyRefreshSeconds * 2.0);
            if (success.Age > maxAge)
            {
                return null;
            }

            return success.Keys;
        }
    }

    /// <summary>The keys. Throws <see cref="IssuerUnavailableException"/> if there are none.</summary>
    public async ValueTask<OpenIdConnectConfiguration> GetAsync()
    {
        if (Current is { } current)
        {
            return current;
        }

        var reading = Start(TimeSpan.Zero);
        var old = _lastSuccess.Keys;
        if (old is not null && reading.IsRetry)
        {
            return old; // An issuer that is down delays no request.
        }

        await reading.WaitAsync();
        return _lastSuccess.Keys ?? throw reading.CreateException();
    }

    /// <summary>
    /// Keys that were read after these ones, for a token that none of them has signed. Null if the
    /// issuer has no newer ones, as far as is known. Throws <see
    /// cref="IssuerUnavailableException"/> if the key with this id may be among those that could
    /// not be read.
    /// </summary>
    public async Task<OpenIdConnectConfiguration?> FindNewerAsync(
        OpenIdConnectConfiguration keys, string keyId)
    {
        // Anyone can forge tokens with unknown keys at any rate.
        var reading = Start(TimeSpan.FromSeconds(oauth.Value.UnknownKeyRefreshSeconds));
        await reading.WaitAsync();
        if (_lastSuccess.Keys != keys)
        {
            return _lastSuccess.Keys ?? throw reading.CreateException();
        }

        var isKnown = keys.SigningKeys.Any(key => key.KeyId == keyId);
        if (reading == _lastSuccess || isKnown)
        {
            return null;
        }

        throw reading.CreateException();
    }

    /// <summary>Reads the keys again. Returns the exception if that fails.</summary>
    public async Task<IssuerUnavailableException?> RefreshAsync(CancellationToken cancellationToken)
    {
        var reading = Start(TimeSpan.FromSeconds(1));
        await reading.Task.WaitAsync(cancellationToken);
        return reading.Failure;
    }

    private KeyReading Start(TimeSpan pauseAfterSuccess)
    {
        lock (_lock)
        {
            if (!_last.Task.IsCompleted)
            {
                return _last;
            }

            var hasFailed = _last.Failure is not null;
            var pause = hasFailed ? IssuerUnavailableException.RetryAfter : pauseAfterSuccess;
            if (_last.Age < pause)
            {
                return _last;
            }

            var reading = new KeyReading { IsRetry = hasFailed };
            reading.Task = Task.Run(() => ReadAsync(reading));
            _last = reading;
            return reading;
        }
    }

    private async Task ReadAsync(KeyReading reading)
    {
        try
        {
            var keys = await document.ReadAsync();
            if (keys.SigningKeys.Count > 0)
            {
                reading.Succeed(keys);
            }
            else
            {
                reading.Fail(new("The issuer publishes no keys for signatures."));
            }

            _lastSuccess = reading; // Also without keys: the issuer has withdrawn them all.
        }
        catch (IssuerUnavailableException exception)
        {
            reading.Fail(exception);
        }
    }
}
