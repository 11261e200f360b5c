using System.Text;
using System.Text.RegularExpressions;
using DiffPlex.Renderer;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>
/// Compares generated files with the reviewed ones, by Verify's convention for directories: those that a person accepted are in
/// Snapshots/(scenario).verified, those that differ come to Snapshots/(scenario).received.
/// </summary>
internal static partial class DirectorySnapshot
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The scenario of DialogTests. All others are variants.</summary>
    public const string Dialogs = "dialogs";

    public static string Root { get; } = Path.Combine(Repository.TestProject, "Snapshots");

    public static void Match(GeneratedProject project, string scenario)
    {
        var generated = project.Files.ToDictionary(
            file => file, file => Scrub(file, File.ReadAllBytes(Path.Combine(project.Directory, file))));
        Match(scenario, nameof(SnapshotTests), generated);
    }

    /// <param name="scenario">What it is that has a snapshot.</param>
    /// <param name="tests">The class of tests that asks, for the message.</param>
    /// <param name="generated">The files, each with its path.</param>
    public static void Match(string scenario, string tests, Dictionary<string, byte[]> generated)
    {
        var accept = Environment.GetEnvironmentVariable("ACCEPT_SNAPSHOTS") == "1";
        Assert.False(accept && Repository.IsCI, "A person who has read the differences accepts them; CI cannot.");

        var verified = Path.Combine(Root, scenario + ".verified");
        var received = Path.Combine(Root, scenario + ".received");
        var differences = GetDifferences(Read(verified), generated);
        Replace(received, []);
        if (differences.Count > 0)
        {
            Replace(accept ? verified : received, generated);
            Assert.True(accept, $"{scenario} is not as reviewed. To accept it: ACCEPT_SNAPSHOTS=1 dotnet test "
                + $"tests/McpOAuthTemplates.Tests --filter {tests}\n\n{string.Join('\n', differences)}");
        }
    }

    /// <summary>One text for each file that is new, gone or not the same to the byte.</summary>
    public static IReadOnlyList<string> GetDifferences(
        IReadOnlyDictionary<string, byte[]> verified, IReadOnlyDictionary<string, byte[]> generated) =>
    [
        .. from file in verified.Keys.Union(generated.Keys).Order(StringComparer.Ordinal)
           let before = verified.GetValueOrDefault(file)
           let after = generated.GetValueOrDefault(file)
           where before is null || after is null || !before.AsSpan().SequenceEqual(after)
           let change = before is null ? "new" : after is null ? "gone" : "changed"
           select $"{file} ({change})\n{Show(before, after, file)}",
    ];

    private static string Show(byte[]? before, byte[]? after, string file) => Show(before) is { } left && Show(after) is { } right
        ? UnidiffRenderer.GenerateUnidiff(left, right, file, file, ignoreWhitespace: false)
        : "Not a text.\n";

    /// <summary>The text with what a diff would hide, or null if it is none.</summary>
    private static string? Show(byte[]? content)
    {
        try
        {
            var text = s_utf8.GetString(content ?? []);
            return text.Contains('\0') ? null : text.Replace("\r", "<CR>").Replace("\uFEFF", "<BOM>");
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    // Dependabot changes versions; the rest of the snapshot need not be reviewed again for that.
    private static byte[] Scrub(string file, byte[] content) => file.EndsWith(".csproj", StringComparison.Ordinal)
        ? s_utf8.GetBytes(PackageVersion.Replace(s_utf8.GetString(content), "{scrubbed}"))
        : content;

    private static Dictionary<string, byte[]> Read(string folder) => Repository.EnumerateFiles(folder)
        .ToDictionary(file => file, file => File.ReadAllBytes(Path.Combine(folder, file)));

    private static void Replace(string folder, Dictionary<string, byte[]> files)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (var (file, content) in files)
        {
            var path = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
        }
    }

    [GeneratedRegex("""(?<=<PackageReference\s[^>]*\bVersion=")[^"]*""")]
    private static partial Regex PackageVersion { get; }
}
