namespace McpOAuthServer.Hosting;

/// <summary>
/// Keeps arguments and results of tools, which the SDK logs at the level Trace, out of all logs.
/// </summary>
internal static class SecretLogs
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
}
