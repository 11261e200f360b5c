using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using global::McpOAuthServer.Authorization;

namespace McpOAuthServer.ClientRegistration;

/// <summary>
/// Bounds on what registrations may cost. Whoever registers is not signed in, so that they count
/// by the address from which they come.
/// </summary>
internal sealed class RegistrationLimits : IDisposable
{
    private const int RequestsPerMinute = 120;
    private const int MaxBodySize = 64 * 1024;
    private const string TooLong = "The registration is longer than 64 KiB.";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly PartitionedRateLimiter<HttpContext> _perAddress =
        PartitionedRateLimiter.Create<HttpContext, IPAddress>(
            http => RateLimitPartition.GetFixedWindowLimiter(FindAddress(http), CreateWindow));

    /// <summary>Answers 429 if too many have come from an address within the minute.</summary>
    public async Task<bool> AllowAsync(HttpContext http)
    {
        using var lease = _perAddress.AttemptAcquire(http);
        if (lease.IsAcquired)
        {
            return true;
        }

        if (lease.TryGetMetadata(MetadataName.RetryAfter, out var wait))
        {
            http.Response.Headers.RetryAfter = $"{Math.Ceiling(wait.TotalSeconds)}";
        }

        await Refusal.WriteAsync(http, 429, new(
            "too_many_requests",
            "Too many registrations. The Retry-After header says when to try again."));
        return false;
    }

    /// <summary>
    /// Reads the whole body. Answers 413 if it is longer than 64 KiB, 408 if it does not arrive in
    /// time, and what the web server says if HTTP itself is broken.
    /// </summary>
    public static async Task<byte[]?> ReadBodyAsync(HttpContext http)
    {
        if (http.Request.ContentLength > MaxBodySize)
        {
            return await RefuseAsync(http, 413, TooLong);
        }

        using var deadline = new CancellationTokenSource(s_patience);
        var reader = http.Request.BodyReader;
        using var end = deadline.Token.Register(reader.CancelPendingRead);
        try
        {
            var body = await reader.ReadAtLeastAsync(MaxBodySize + 1, CancellationToken.None);
            var bytes = body.Buffer.ToArray();
            reader.AdvanceTo(body.Buffer.End);
            if (body.IsCanceled)
            {
                return await RefuseAsync(http, 408, "The registration has not arrived in time.");
            }

            return bytes.Length > MaxBodySize ? await RefuseAsync(http, 413, TooLong) : bytes;
        }
        catch (BadHttpRequestException exception)
        {
            var status = exception.StatusCode;
            return await RefuseAsync(http, status, "The body of the request cannot be read.");
        }
    }

    public void Dispose() => _perAddress.Dispose();

    private static async Task<byte[]?> RefuseAsync(HttpContext http, int status, string description)
    {
        // The rest is not read. Later versions of HTTP have no such header.
        if (HttpProtocol.IsHttp11(http.Request.Protocol))
        {
            http.Response.Headers.Connection = "close";
        }

        await Refusal.WriteAsync(http, status, new("invalid_client_metadata", description));
        return null;
    }

    // Whoever has an IPv6 address has a whole network of them.
    private static IPAddress FindAddress(HttpContext http)
    {
        var address = http.Connection.RemoteIpAddress ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private static FixedWindowRateLimiterOptions CreateWindow(IPAddress address) => new()
    {
        PermitLimit = RequestsPerMinute,
        Window = TimeSpan.FromMinutes(1),
    };
}
