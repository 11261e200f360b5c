using global::TodoServer.Authorization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Options;

namespace TodoServer.Hosting;

/// <summary>
/// Reads the keys of the issuer when the server starts, so that the first request does not wait for
/// them, and then at an interval.
/// </summary>
internal sealed partial class KeyWarmUp(
    IssuerKeys issuer,
    IOptions<OAuthOptions> oauth,
    IConfiguration configuration,
    IServer server,
    IHostApplicationLifetime lifetime,
    ILogger<KeyWarmUp> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (StartupCheck.IsRunByTool(server))
        {
            return;
        }

        try
        {
            await WaitForOwnAddressAsync(stoppingToken);
            await RefreshKeysAsync(stoppingToken);
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops, or could not start, which is reported elsewhere.
        }
    }

    // In Development, this server may be its own issuer, which responds after the start.
    private async Task WaitForOwnAddressAsync(CancellationToken stoppingToken)
    {
        if (!OwnAddress.IsNeeded(configuration) && !IsOwnIssuer())
        {
            return;
        }

        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
    }

    private async Task RefreshKeysAsync(CancellationToken stoppingToken)
    {
        var wasReadable = true;
        while (true)
        {
            var failure = await issuer.RefreshAsync(stoppingToken);
            if (failure is not null && wasReadable)
            {
                LogFailure(failure.GetBaseException().Message);
            }

            wasReadable = failure is null;
            var pause = TimeSpan.FromSeconds(oauth.Value.KeyRefreshSeconds);
            await Task.Delay(wasReadable ? pause : IssuerUnavailableException.RetryAfter, stoppingToken);
        }
    }

    private void LogFailure(string reason)
    {
        if (issuer.Current is null)
        {
            LogNoKeys(oauth.Value.Issuer, reason);
        }
        else
        {
            LogOldKeys(oauth.Value.Issuer, reason);
        }
    }

    private bool IsOwnIssuer() => new Uri(oauth.Value.Issuer).Authority == new Uri(oauth.Value.Resource).Authority;

    [LoggerMessage(1, LogLevel.Warning, "No token is accepted until the keys of {Issuer} can be read: {Reason}")]
    private partial void LogNoKeys(string issuer, string reason);

    [LoggerMessage(2, LogLevel.Warning, "The keys of {Issuer} cannot be read again, so the previous ones stay in use: {Reason}")]
    private partial void LogOldKeys(string issuer, string reason);
}
