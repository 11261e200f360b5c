using TodoServer.Authorization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Options;

namespace TodoServer.Hosting;

/// <summary>
/// Reads the keys of the issuer while the server starts, so that the first request need not wait
/// for them, and tries again until it has them.
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
            await ReadKeysAsync(stoppingToken);
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops, or could not start: that is said elsewhere.
        }
    }

    // In Development, this server may be its own issuer: it answers as soon as it has started.
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

    private async Task ReadKeysAsync(CancellationToken stoppingToken)
    {
        for (var wait = 1; ; wait = Math.Min(wait * 2, 60))
        {
            try
            {
                await issuer.Configuration.GetConfigurationAsync(stoppingToken);
                return;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                if (wait == 1)
                {
                    LogNoKeys(oauth.Value.Issuer, exception.GetBaseException().Message);
                }
            }

            await Task.Delay(TimeSpan.FromSeconds(wait), stoppingToken);
        }
    }

    private bool IsOwnIssuer() => new Uri(oauth.Value.Issuer).Authority == new Uri(oauth.Value.Resource).Authority;

    [LoggerMessage(1, LogLevel.Warning, "No token is accepted before the keys of {Issuer} can be read: {Reason}")]
    private partial void LogNoKeys(string issuer, string reason);
}
