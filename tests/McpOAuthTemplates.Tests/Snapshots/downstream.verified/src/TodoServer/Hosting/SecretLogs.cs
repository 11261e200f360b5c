namespace TodoServer.Hosting;

/// <summary>
/// Keeps the arguments and results of tools, which the SDK logs at the level Trace, out of all
/// logs of ASP.NET Core. A logger that replaces it decides by itself what it takes: if it takes
/// them, a warning says so when the server starts.
/// </summary>
internal sealed partial class SecretLogs(ILoggerFactory loggers, ILogger<SecretLogs> logger) : IHostedService
{
    private const string Category = "ModelContextProtocol.Server.McpServer";

    // For each rule, since the settings may have rules for a category or for one logging provider.
    public static void Remove(LoggerFilterOptions options)
    {
        LoggerFilterRule[] rules = [new(null, null, options.MinLevel, null), .. options.Rules];
        options.Rules.Clear();
        foreach (var rule in rules)
        {
            options.Rules.Add(new(rule.ProviderName, rule.CategoryName, rule.LogLevel, (provider, category, level) =>
            {
                var isSecret = category == Category && level < LogLevel.Debug;
                return !isSecret && rule.Filter?.Invoke(provider, category, level) is not false;
            }));
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (loggers.CreateLogger(Category).IsEnabled(LogLevel.Trace))
        {
            LogSecrets(Category);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1, LogLevel.Warning,
        "{Category} logs arguments and results of tools: keep it at the level Debug or above, in the settings of your logger.")]
    private partial void LogSecrets(string category);
}
