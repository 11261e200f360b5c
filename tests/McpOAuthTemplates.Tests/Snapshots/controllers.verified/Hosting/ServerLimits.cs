using System.Threading.RateLimiting;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.Options;
using TodoServer.Authorization;

namespace TodoServer.Hosting;

/// <summary>Bounds on what a request may cost and on the hosts that this server answers for.</summary>
internal static class ServerLimits
{
    /// <summary>The rate limit for signed-in users: Mcp:RequestsPerMinute, 300 if not set.</summary>
    public const string PerSubject = "per-subject";

    private const long MaxRequestBodySize = 1024 * 1024;

    public static void AddServerLimits(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBodySize;
        });

        builder.Services.PostConfigure<LoggerFilterOptions>(KeepSecretsOutOfLogs);

        // Without the setting "AllowedHosts", only that of the resource and, for health probes, this machine's own names: a page
        // that rebinds its DNS name to this machine gets no answer.
        builder.Services.AddOptions<HostFilteringOptions>().Configure<IOptions<OAuthOptions>>((filter, oauth) =>
        {
            if (string.IsNullOrEmpty(builder.Configuration["AllowedHosts"]))
            {
                filter.AllowedHosts = [new Uri(oauth.Value.Resource).Host, "localhost", "127.0.0.1", "[::1]"];
            }
        });

        var permits = builder.Configuration.GetValue("Mcp:RequestsPerMinute", 300);
        if (permits < 1)
        {
            throw new InvalidOperationException($"Mcp:RequestsPerMinute must be at least 1, but is {permits}.");
        }

        builder.Services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = (context, _) =>
            {
                if (context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait))
                {
                    context.HttpContext.Response.Headers.RetryAfter = $"{Math.Ceiling(wait.TotalSeconds)}";
                }

                return ValueTask.CompletedTask;
            };
            limiter.AddPolicy(PerSubject, context => RateLimitPartition.GetFixedWindowLimiter(
                context.User.GetSubject(),
                _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = TimeSpan.FromMinutes(1) }));
        });
    }

    // Within each rule, since the settings may have rules of their own for a category or for one kind of log.
    private static void KeepSecretsOutOfLogs(LoggerFilterOptions options)
    {
        LoggerFilterRule[] rules = [new(null, null, options.MinLevel, null), .. options.Rules];
        options.Rules.Clear();
        foreach (var rule in rules)
        {
            options.Rules.Add(new(rule.ProviderName, rule.CategoryName, rule.LogLevel, (provider, category, level) =>
                !IsSecret(category, level) && rule.Filter?.Invoke(provider, category, level) is not false));
        }
    }

    // The query string, where a client may put its token by mistake; the arguments and results of tools.
    private static bool IsSecret(string? category, LogLevel level) => category switch
    {
        "Microsoft.AspNetCore.Hosting.Diagnostics" => level < LogLevel.Warning,
        "ModelContextProtocol.Server.McpServer" => level < LogLevel.Debug,
        _ => false,
    };
}
