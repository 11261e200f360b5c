using System.Threading.RateLimiting;
using global::TodoServer.Authorization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;

namespace TodoServer.Hosting;

/// <summary>
/// Bounds on the responses of one user that are made at the same time: how many, and how slowly
/// they may be read, since the server keeps what a client has not read yet.
/// </summary>
internal sealed class ResponseLimits : IDisposable
{
    // A connection may pause for as long, whatever its rate.
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    private readonly IOptions<McpEndpointOptions> _mcp;
    private readonly PartitionedRateLimiter<HttpContext> _calls;
    private readonly PartitionedRateLimiter<HttpContext> _streams;

    public ResponseLimits(IOptions<McpEndpointOptions> mcp)
    {
        _mcp = mcp;
        _calls = CreateLimiter(mcp, queueLimit: 20);
        _streams = CreateLimiter(mcp, queueLimit: 0); // Those before it may stay open for an hour.
    }

    /// <summary>
    /// Waits until so few requests of the user are running that this one may, for as long as a
    /// body may take to arrive. Answers 429 if it takes longer, or too many wait.
    /// </summary>
    public Task<bool> AllowCallAsync(HttpContext http)
    {
        // Most requests need neither a queue nor a timer.
        var turn = _calls.AttemptAcquire(http);
        if (turn.IsAcquired)
        {
            return AllowAsync(http, turn);
        }

        turn.Dispose();
        return WaitAsync(http);
    }

    /// <summary>
    /// The same for a response that stays open until the client ends it. They are counted apart: a
    /// client that only listens must not keep its user from calling a tool.
    /// </summary>
    public Task<bool> AllowStreamAsync(HttpContext http) => AllowAsync(http, _streams.AttemptAcquire(http));

    public void Dispose()
    {
        _calls.Dispose();
        _streams.Dispose();
    }

    private async Task<bool> WaitAsync(HttpContext http)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        deadline.CancelAfter(TimeSpan.FromSeconds(_mcp.Value.BodySeconds));
        try
        {
            return await AllowAsync(http, await _calls.AcquireAsync(http, cancellationToken: deadline.Token));
        }
        catch (OperationCanceledException)
        {
            await RefuseAsync(http);
            return false;
        }
    }

    private static PartitionedRateLimiter<HttpContext> CreateLimiter(
        IOptions<McpEndpointOptions> mcp, int queueLimit)
    {
        return PartitionedRateLimiter.Create<HttpContext, string>(http =>
            RateLimitPartition.GetConcurrencyLimiter(http.User.GetSubject(), CreateOptions));

        ConcurrencyLimiterOptions CreateOptions(string subject) => new()
        {
            PermitLimit = mcp.Value.ConcurrentRequests,
            QueueLimit = queueLimit,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        };
    }

    private async Task<bool> AllowAsync(HttpContext http, RateLimitLease turn)
    {
        http.Response.RegisterForDispose(turn);
        if (!turn.IsAcquired)
        {
            await RefuseAsync(http);
            return false;
        }

        EndIfNotRead(http);
        return true;
    }

    // Other servers than Kestrel, and later versions of HTTP, have rules of their own.
    private void EndIfNotRead(HttpContext http)
    {
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = new MinDataRate(_mcp.Value.ResponseBytesPerSecond, s_pause);
        }
    }

    private static Task RefuseAsync(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "1";
        return RequestLimits.RefuseTooManyAsync(http);
    }
}
