using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests;

/// <summary>
/// What is generated is formatted, and its usings are in order, whatever the name of the project.
/// The files of mcp-oauth-wiring are the same: WiringTests compare them.
/// </summary>
public sealed partial class FormatTests
{
    // Before and after all namespaces of the packages.
    private static readonly string[] s_names = ["Aaa", "Zzz"];

    [Fact]
    public async Task Dotnet_format_has_nothing_to_do()
    {
        var projects = await Task.WhenAll(
            from name in s_names
            from variant in Variants.Reviewed
            select Template.CreateAsync($"format-{name}-{variant.Name}", name, variant.Arguments));
        var solutions = projects.Where(project => project.ServerFolder.Length > 0);
        var tools = await Task.WhenAll(solutions.Select(AddToolAsync));

        string[] files = [.. tools, .. FindDistinctFiles(projects)];
        var needed = projects.SelectMany(project => project.ProjectFiles).Where(project => HasAny(project, files));
        var solution = Template.SaveSolution("Format.slnx", needed);
        (await Dotnet.RunAsync(Template.Sandbox, "restore", solution)).ShouldSucceed();
        var result = await Dotnet.RunAsync(Template.Sandbox,
        [
            "format", solution, "--verify-no-changes", "--no-restore", "--verbosity", "normal",
            "--include", .. files.Select(file => Path.GetRelativePath(Template.Sandbox, file)),
        ]);

        result.ShouldSucceed();
        Assert.Contains("Format complete", result.Text, StringComparison.Ordinal);
    }

    private static async Task<string> AddToolAsync(GeneratedProject project)
    {
        var folder = project.ContentRoot;
        var call = await TemplateEngine.RunAsync(
            folder,
            ["mcp-oauth-tool", "-n", "Archive", "-o", folder, "--namespace", project.Name, "--scope", "todo:archive"]);
        call.ShouldSucceed();
        return Path.Combine(folder, "Tools", "ArchiveTools.cs");
    }

    private static bool HasAny(string project, IEnumerable<string> files)
    {
        var folder = Path.GetDirectoryName(project) + "/";
        return files.Any(file => file.StartsWith(folder, StringComparison.Ordinal));
    }

    /// <summary>
    /// Each code once, since most files are the same in many variants, and each list of usings with
    /// each name.
    /// </summary>
    private static IEnumerable<string> FindDistinctFiles(IEnumerable<GeneratedProject> projects)
    {
        var files = projects.OrderByDescending(project => project.Files.Count).SelectMany(ReadCode).ToArray();
        var all = files.DistinctBy(file => file.Code);
        var ordered = files.DistinctBy(file => file.Usings);
        return all.Union(ordered).Select(file => file.Path);
    }

    private static IEnumerable<CodeFile> ReadCode(GeneratedProject project) =>
        from file in project.Files
        where file.EndsWith(".cs", StringComparison.Ordinal) && file != "verify.cs"
        let text = project.Read(file)
        select new CodeFile(
            Path.Combine(project.Directory, file),
            text.Replace(project.Name, "Name", StringComparison.Ordinal),
            string.Concat(Using.Matches(text).Select(match => match.Value)));

    private sealed record CodeFile(string Path, string Code, string Usings);

    [GeneratedRegex(@"^using .*\n", RegexOptions.Multiline)]
    private static partial Regex Using { get; }
}
