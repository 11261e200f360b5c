using System.Buffers;
using System.IO.Pipelines;
using System.Threading.RateLimiting;
using McpOAuthServer.Authorization;
using Microsoft.Extensions.Options;

namespace McpOAuthServer.Hosting;

/// <summary>Bounds on what the requests of one user to the MCP endpoint may cost.</summary>
internal sealed class RequestLimits(IOptions<McpEndpointOptions> mcp) : IDisposable
{
    private const long MaxBodySize = 1024 * 1024;

    private readonly Lazy<PartitionedRateLimiter<HttpContext>> _limiter = new(() => CreateLimiter(mcp.Value.RequestsPerMinute));

    /// <summary>Answers 429 if the user has sent too many requests within the minute.</summary>
    public async Task<bool> AllowAsync(HttpContext http)
    {
        using var lease = _limiter.Value.AttemptAcquire(http);
        if (lease.IsAcquired)
        {
            return true;
        }

        if (lease.TryGetMetadata(MetadataName.RetryAfter, out var wait))
        {
            http.Response.Headers.RetryAfter = $"{Math.Ceiling(wait.TotalSeconds)}";
        }

        await BearerChallenge.WriteRefusalAsync(
            http, StatusCodes.Status429TooManyRequests, "too_many_requests", "Too many requests. See the Retry-After header.");
        return false;
    }

    /// <summary>
    /// Reads the whole body without copying it. Returns null after the answer 413, if it is longer than one mebibyte: the
    /// limits of Kestrel and IIS are for the whole app, and higher.
    /// </summary>
    public static async Task<ReadOnlySequence<byte>?> ReadBodyAsync(HttpContext http)
    {
        var isTooLong = http.Request.ContentLength > MaxBodySize;
        var reader = http.Request.BodyReader;
        while (!isTooLong)
        {
            var body = await reader.ReadAsync(http.RequestAborted);
            if (body.IsCompleted && body.Buffer.Length <= MaxBodySize)
            {
                return body.Buffer;
            }

            isTooLong = body.Buffer.Length > MaxBodySize;
            reader.AdvanceTo(body.Buffer.Start, body.Buffer.End);
        }

        http.Response.Headers.Connection = "close"; // The rest is not read.
        await BearerChallenge.WriteRefusalAsync(
            http, StatusCodes.Status413PayloadTooLarge, "invalid_request", "The message is longer than one mebibyte.");
        return null;
    }

    public void Dispose()
    {
        if (_limiter.IsValueCreated)
        {
            _limiter.Value.Dispose();
        }
    }

    private static PartitionedRateLimiter<HttpContext> CreateLimiter(int permits) =>
        PartitionedRateLimiter.Create<HttpContext, string>(http => RateLimitPartition.GetFixedWindowLimiter(
            http.User.GetSubject(),
            _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = TimeSpan.FromMinutes(1) }));
}
