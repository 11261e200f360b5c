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
    /// Each file once: most are the same in many variants, and all but the order of usings is the
    /// same for both names.
    /// </summary>
    private static IEnumerable<string> FindDistinctFiles(IEnumerable<GeneratedProject> projects) =>
        from project in projects.OrderByDescending(project => project.Files.Count)
        from file in project.Files
        where file.EndsWith(".cs", StringComparison.Ordinal) && file != "verify.cs"
        let code = project.Read(file).Replace(project.Name, "Name", StringComparison.Ordinal)
        let order = Usings.IsMatch(code) ? project.Name : "the same"
        group Path.Combine(project.Directory, file) by (order, code) into same
        select same.First();

    // Usings of the project's own namespaces beside others.
    [GeneratedRegex(@"^using global::Name\.", RegexOptions.Multiline)]
    private static partial Regex Usings { get; }
}
