using System.Buffers;
using System.Threading.RateLimiting;
using TodoServer.Authorization;
using Microsoft.Extensions.Options;

namespace TodoServer.Hosting;

/// <summary>Bounds on what the requests of one user to the MCP endpoint may cost.</summary>
internal sealed class RequestLimits : IDisposable
{
    private const long MaxBodySize = 1024 * 1024;

    private readonly IOptions<McpEndpointOptions> _mcp;
    private readonly PartitionedRateLimiter<HttpContext> _perUser;

    public RequestLimits(IOptions<McpEndpointOptions> mcp)
    {
        _mcp = mcp;
        _perUser = PartitionedRateLimiter.Create<HttpContext, string>(
            http => RateLimitPartition.GetFixedWindowLimiter(http.User.GetSubject(), CreateWindow));
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

        await Refusal.WriteAsync(http, 429, new(
            "too_many_requests", "Too many requests. The Retry-After header says when to try again."));
        return false;
    }

    /// <summary>
    /// Reads the whole body without copying it. Answers 413 and returns null if it is longer than
    /// one mebibyte: the limits of Kestrel and IIS are for the whole app, and higher.
    /// </summary>
    public static async Task<ReadOnlySequence<byte>?> ReadBodyAsync(HttpContext http)
    {
        var reader = http.Request.BodyReader;
        var isTooLong = http.Request.ContentLength > MaxBodySize;
        while (!isTooLong)
        {
            var body = await reader.ReadAsync(http.RequestAborted);
            isTooLong = body.Buffer.Length > MaxBodySize;
            if (body.IsCompleted && !isTooLong)
            {
                return body.Buffer;
            }

            reader.AdvanceTo(body.Buffer.Start, body.Buffer.End);
        }

        http.Response.Headers.Connection = "close"; // The rest is not read.
        await Refusal.WriteAsync(http, 413, new("invalid_request", "The message is longer than one mebibyte."));
        return null;
    }

    public void Dispose() => _perUser.Dispose();

    private FixedWindowRateLimiterOptions CreateWindow(string subject) => new()
    {
        PermitLimit = _mcp.Value.RequestsPerMinute,
        Window = TimeSpan.FromMinutes(1),
    };
}
