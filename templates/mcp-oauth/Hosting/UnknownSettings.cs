using System.Diagnostics.CodeAnalysis;

namespace McpOAuthServer.Hosting;

/// <summary>
/// Settings that nothing reads. One whose name is misspelt would do nothing, and nobody would
/// notice.
/// </summary>
internal static class UnknownSettings
{
    /// <summary>
    /// The names in the section that are no properties of the options, and that no other part of
    /// the app is said to read.
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
