using Microsoft.Extensions.Options;

namespace TodoServer.Hosting;

/// <summary>
/// How the server stops without losing a request that was sent to it. From the signal on, /readyz
/// answers 503; all else is answered as before for Mcp:DrainSeconds, until each load balancer has
/// noticed. Then no new connection is accepted, each open one ends with its next response, and so
/// do the streams. Requests that still run are finished, within the shutdown timeout of the host.
/// </summary>
internal sealed partial class GracefulShutdown : IDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ILogger _logger;

    public GracefulShutdown(
        IOptions<McpEndpointOptions> mcp,
        IHostApplicationLifetime lifetime,
        ILogger<GracefulShutdown> logger)
    {
        _lifetime = lifetime;
        _logger = logger;
        DrainSeconds = new(() => mcp.Value.DrainSeconds);
        lifetime.ApplicationStopping.Register(BeginDrain);
    }

    /// <summary>From the signal on.</summary>
    public bool IsStopping => _lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Whether the connection of a request has to end with its response.</summary>
    public bool IsClosing => _closing.IsCancellationRequested;

    /// <summary>Ends what would stay open.</summary>
    public CancellationToken Closing => _closing.Token;

    /// <summary>Whether requests are answered for some time after the signal.</summary>
    public bool HasDrain => DrainSeconds.Value > 0;

    // Read when it is needed: settings that are not valid are reported at the start.
    private Lazy<int> DrainSeconds { get; }

    public void Dispose() => _closing.Dispose();

    private void BeginDrain()
    {
        if (HasDrain)
        {
            LogDrain(DrainSeconds.Value);
        }

        _closing.CancelAfter(TimeSpan.FromSeconds(DrainSeconds.Value));
    }

    [LoggerMessage(
        1,
        LogLevel.Information,
        "Requests are answered for another {Seconds} seconds (Mcp:DrainSeconds), until load balancers notice")]
    private partial void LogDrain(int seconds);
}
