using System.Globalization;
using System.Security.Claims;
using global::TodoServer.Authorization;

namespace TodoServer.Hosting;

/// <summary>Ends responses that stay open when the token of their request expires, or the server stops.</summary>
internal static class TokenLifetime
{
    // Timers cannot wait longer.
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(40);

    public static void EndWithToken(HttpContext http)
    {
        var left = FindEnd(http.User) + AccessTokenOptions.ClockSkew - DateTimeOffset.UtcNow;
        var shutdown = http.RequestServices.GetRequiredService<GracefulShutdown>();
        var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, shutdown.Closing);
        end.CancelAfter(TimeSpan.FromTicks(Math.Clamp(left.Ticks, 0, s_longest.Ticks)));
        http.RequestAborted = end.Token;
        http.Response.RegisterForDispose(end);
    }

    // A token that does not expire is not valid.
    private static DateTimeOffset FindEnd(ClaimsPrincipal user)
    {
        var seconds = user.FindFirst("exp")?.Value ?? "0";
        var value = double.Parse(seconds, CultureInfo.InvariantCulture);
        return DateTimeOffset.UnixEpoch.AddSeconds(Math.Min(value, 250_000_000_000));
    }
}
