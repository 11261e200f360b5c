namespace TodoServer.Authorization;

/// <summary>
/// Collects what is wrong with the settings in a section, and where to fix each problem.
/// </summary>
internal sealed class SettingProblems(IConfiguration configuration, string section = "OAuth")
{
    private readonly List<string> _lines = [];

    public bool Any => _lines.Count > 0;

    public override string ToString() => string.Concat(_lines);

    public static string? FindTextProblem(string value)
    {
        return string.IsNullOrWhiteSpace(value) ? "must not be empty" : FindPlaceholder(value);
    }

    /// <summary>
    /// The two forms in which appsettings.json was generated: YOUR-SOMETHING, and a host below
    /// example.com.
    /// </summary>
    public static string? FindPlaceholder(string value)
    {
        var isPlaceholder = value.Contains("YOUR-", StringComparison.Ordinal);
        if (Uri.TryCreate(value, UriKind.Absolute, out var url))
        {
            isPlaceholder |= $".{url.Host}".EndsWith(".example.com", StringComparison.Ordinal);
        }

        return isPlaceholder ? $"is still the placeholder '{value}'" : null;
    }

    public void AddAll(string setting, string[] values, Func<string, string?> findProblem)
    {
        foreach (var (index, value) in values.Index())
        {
            Add($"{setting}:{index}", findProblem(value));
        }
    }

    /// <summary>A problem that is not fixed by changing one setting.</summary>
    public void AddSentence(string problem) => _lines.Add($"  - {problem}\n");

    public void Add(string setting, string? problem)
    {
        if (problem is null)
        {
            return;
        }

        var name = $"{section}:{setting}";
        var variable = name.Replace(":", "__", StringComparison.Ordinal);
        var line = $"  - {name} {problem}. "
            + $"Set it in appsettings.json, or as environment variable {variable}.";
        if (configuration[$"{section}:WhereToFind:{setting.TrimEnd(':', '0')}"] is { } place)
        {
            line += $" See: {place}.";
        }

        _lines.Add(line + "\n");
    }
}
