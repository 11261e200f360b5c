namespace TodoServer.Hosting;

/// <summary>
/// Settings that are lists. A string instead of a list would be ignored without notice.
/// </summary>
internal static class ListSettings
{
    public static string? FindProblem(IConfiguration configuration, string setting)
    {
        if (string.IsNullOrEmpty(configuration[setting]))
        {
            return null;
        }

        var variable = setting.Replace(":", "__", StringComparison.Ordinal);
        return $"must be a list: in the environment {variable}__0, {variable}__1 and so on";
    }
}
