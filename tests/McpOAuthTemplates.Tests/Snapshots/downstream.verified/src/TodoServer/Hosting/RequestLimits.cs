using System.Buffers;
using System.Threading.RateLimiting;
using global::TodoServer.Authorization;
using Microsoft.Extensions.Options;

namespace TodoServer.Hosting;

/// <summary>Limits for the requests of one user to the MCP endpoint.</summary>
internal sealed class RequestLimits : IDisposable
{
    private const long MaxBodySize = 1024 * 1024;

    private readonly IOptions<McpEndpointOptions> _mcp;
    private readonly PartitionedRateLimiter<HttpContext> _perUser;
    private readonly PartitionedRateLimiter<HttpContext> _unfinished;

    public RequestLimits(IOptions<McpEndpointOptions> mcp)
    {
        _mcp = mcp;
        _perUser = PartitionedRateLimiter.Create<HttpContext, string>(
            http => RateLimitPartition.GetFixedWindowLimiter(http.User.GetSubject(), CreateWindow));
        _unfinished = PartitionedRateLimiter.Create<HttpContext, string>(
            http => RateLimitPartition.GetConcurrencyLimiter(http.User.GetSubject(), CreateQueue));
    }

    /// <summary>Answers 429 if the user has sent too many requests within the minute.</summary>
    public async Task<bool> AllowAsync(HttpContext http)
    {
        using var lease = _perUser.AttemptAcquire(http);
        if (lease.IsAcquired)
        {
            return true;
        }

        if (lease.TryGetMetadata(MetadataName.RetryAfter, out var wait))
        {
            http.Response.Headers.RetryAfter = $"{Math.Ceiling(wait.TotalSeconds)}";
        }

        await RefuseTooManyAsync(http);
        return false;
    }

    /// <summary>
    /// Reads the whole body without copying it. Answers 413 and returns null if it is longer than 1
    /// MiB: the limits of Kestrel and IIS are higher and apply to the whole app. Answers 408 if it
    /// does not arrive in time.
    /// </summary>
    public async Task<ReadOnlySequence<byte>?> ReadBodyAsync(HttpContext http)
    {
        if (http.Request.ContentLength > MaxBodySize)
        {
            return await RefuseLongBodyAsync(http);
        }

        // Most bodies arrive with the headers.
        var reader = http.Request.BodyReader;
        if (reader.TryRead(out var arrived))
        {
            if (arrived.IsCompleted && arrived.Buffer.Length <= MaxBodySize)
            {
                return arrived.Buffer;
            }

            reader.AdvanceTo(arrived.Buffer.Start);
        }

        return await WaitForBodyAsync(http);
    }

    private async Task<ReadOnlySequence<byte>?> WaitForBodyAsync(HttpContext http)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(_mcp.Value.BodySeconds));
        try
        {
            using var turn = await _unfinished.AcquireAsync(http, cancellationToken: deadline.Token);
            if (!turn.IsAcquired)
            {
                http.Response.Headers.RetryAfter = $"{_mcp.Value.BodySeconds}";
                await RefuseTooManyAsync(http);
                return null;
            }

            return await ReadToEndAsync(http, deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            CloseConnection(http);
            await Refusal.WriteAsync(http, 408, new("invalid_request", "The message has not arrived in time."));
            return null;
        }
    }

    private static async Task<ReadOnlySequence<byte>?> ReadToEndAsync(
        HttpContext http, CancellationToken cancellationToken)
    {
        // With the cancellation token, ReadAsync would not complete the reader, and Kestrel would
        // log an error.
        var reader = http.Request.BodyReader;
        using var end = cancellationToken.Register(reader.CancelPendingRead);
        while (true)
        {
            var body = await reader.ReadAsync(CancellationToken.None);
            if (body.IsCanceled)
            {
                // Kestrel cancels as well, when it stops; but what has begun is finished.
                reader.AdvanceTo(body.Buffer.Start, body.Buffer.End);
                cancellationToken.ThrowIfCancellationRequested();
                continue;
            }

            if (body.Buffer.Length > MaxBodySize)
            {
                reader.AdvanceTo(body.Buffer.End);
                return await RefuseLongBodyAsync(http);
            }

            if (body.IsCompleted)
            {
                return body.Buffer;
            }

            reader.AdvanceTo(body.Buffer.Start, body.Buffer.End);
        }
    }

    private static async Task<ReadOnlySequence<byte>?> RefuseLongBodyAsync(HttpContext http)
    {
        CloseConnection(http);
        await Refusal.WriteAsync(http, 413, new("invalid_request", "The message is longer than one mebibyte."));
        return null;
    }

    /// <summary>
    /// Ends the connection with this response. Later versions of HTTP have no such header.
    /// </summary>
    public static void CloseConnection(HttpContext http)
    {
        if (HttpProtocol.IsHttp11(http.Request.Protocol))
        {
            http.Response.Headers.Connection = "close";
        }
    }

    /// <summary>Answers 429. The header Retry-After has to be there.</summary>
    public static Task RefuseTooManyAsync(HttpContext http) => Refusal.WriteAsync(http, 429, new(
        "too_many_requests", "Too many requests. The Retry-After header says when to try again."));

    public void Dispose()
    {
        _perUser.Dispose();
        _unfinished.Dispose();
    }

    private FixedWindowRateLimiterOptions CreateWindow(string subject) => new()
    {
        PermitLimit = _mcp.Value.RequestsPerMinute,
        Window = TimeSpan.FromMinutes(1),
    };

    // Only a few may wait, since the web server buffers what has arrived of each.
    private ConcurrencyLimiterOptions CreateQueue(string subject) => new()
    {
        PermitLimit = _mcp.Value.UnfinishedRequests,
        QueueLimit = 20,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    };
}
