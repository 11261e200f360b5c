using System.Reflection;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>The folders of this repository, and those that the tests own: all below artifacts/tests.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!);

    public static string Templates { get; } = Path.Combine(Root, "templates");

    public static string TestProject { get; } = Path.Combine(Root, "tests", "McpOAuthTemplates.Tests");

    public static string Artifacts { get; } = Path.Combine(Root, "artifacts", "tests");

    public static bool IsCI { get; } = Environment.GetEnvironmentVariable("CI") is "true" or "1";

    /// <summary>All files below a folder, in order, relative to it and with slashes. None if there is no such folder.</summary>
    public static IEnumerable<string> EnumerateFiles(string directory) => !Directory.Exists(directory) ? [] :
        Directory.EnumerateFiles(directory, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(file => Path.GetRelativePath(directory, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);

    /// <summary>Empties a folder of the tests. What a run leaves there can be looked at until the next one begins.</summary>
    public static string CreateEmptyDirectory(params string[] path)
    {
        var directory = Path.Combine([Artifacts, .. path]);
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }

        return Directory.CreateDirectory(directory).FullName;
    }
}
