using System.Diagnostics.CodeAnalysis;

namespace TodoServer.Hosting;

/// <summary>
/// Settings that nothing reads. A misspelled name would have no effect, without notice.
/// </summary>
internal static class UnknownSettings
{
    /// <summary>A message for each, in a section with a list OtherSettings.</summary>
    public static IEnumerable<string> FindProblems<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOptions>(
        IConfigurationSection section, IEnumerable<string> others) =>
        Find<TOptions>(section, others).Select(name =>
            $"{section.Path}:{name} is not a setting of this server: correct its name or remove it. "
            + $"If another part of the app reads it, add its name to the list {section.Path}:OtherSettings.");

    /// <summary>
    /// The names in the section that are not properties of the options, and not in the list of
    /// settings that other parts of the app read.
    /// </summary>
    public static IEnumerable<string> Find<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOptions>(
        IConfigurationSection section, IEnumerable<string> others)
    {
        var known = new HashSet<string>(others, StringComparer.OrdinalIgnoreCase);
        foreach (var property in typeof(TOptions).GetProperties())
        {
            if (property.CanWrite)
            {
                known.Add(property.Name);
            }
        }

        return section.GetChildren().Select(setting => setting.Key).Where(name => !known.Contains(name));
    }
}
