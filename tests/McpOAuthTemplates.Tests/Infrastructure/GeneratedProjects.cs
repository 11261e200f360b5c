using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>All projects that must compile, in one solution that is built once: far faster than one by one.</summary>
internal static partial class GeneratedProjects
{
    private static readonly Lazy<Task<BuildResult>> s_built = new(BuildAllAsync);

    public static Task<BuildResult> BuiltAsync() => s_built.Value;

    public static Task<GeneratedProject> CreateAsync(ScopeList row) =>
        Template.CreateAsync("row-scopes-" + row.Name, "TodoServer", "--scopes", row.Value, "--dev-auth", "false");

    public static Task<GeneratedProject> CreateAsync(ProjectName name) =>
        Template.CreateAsync($"row-name-{Array.IndexOf(NameTests.All, name)}", name.Value);

    public static async Task<ServerProcess> StartAsync(
        Task<GeneratedProject> creation, string environment = "Development", params (string Name, string Value)[] settings)
    {
        var project = await creation;
        Assert.Empty((await BuiltAsync()).GetDiagnostics(project));
        return await ServerProcess.StartAsync(project.GetAssembly(), project.ContentRoot, environment, settings);
    }

    /// <summary>The errors and warnings in the output of a build, each once.</summary>
    public static IReadOnlyList<string> ParseDiagnostics(string output) =>
    [
        .. output.Split('\n').Select(line => line.Trim())
            .Where(line => Diagnostic.Match(line) is { Success: true } match && match.Groups["code"].Value != "NU1603")
            .Distinct(),
    ];

    private static async Task<BuildResult> BuildAllAsync()
    {
        var projects = await Task.WhenAll([
            .. Variants.Built.Select(Template.CreateAsync),
            .. ScopeTable.All.Select(CreateAsync),
            .. NameTests.All.Select(CreateAsync)]);

        // In a folder each, because most have the same name.
        var solution = Path.Combine(Template.Sandbox, "All.slnx");
        new XElement("Solution", projects.Select(project => new XElement("Folder",
            new XAttribute("Name", $"/{Path.GetFileName(project.Directory)}/"),
            project.ProjectFiles.Select(file =>
                new XElement("Project", new XAttribute("Path", Path.GetRelativePath(Template.Sandbox, file)))))))
            .Save(solution);
        var result = await Dotnet.BuildAsync(solution);
        return new BuildResult(projects, result, ParseDiagnostics(result.Text));
    }

    // "path(1,2): error CS0001: text [project]" of a compiler, "path : warning NU0001: text [project]" of other tools.
    [GeneratedRegex(@"^.*?\s?:\s(?:error|warning)\s(?<code>[A-Z]+[0-9]+)?\s?:")]
    private static partial Regex Diagnostic { get; }
}

internal sealed record BuildResult(
    IReadOnlyList<GeneratedProject> Projects, CommandResult Command, IReadOnlyList<string> Diagnostics)
{
    public IEnumerable<string> GetDiagnostics(GeneratedProject project) =>
        Diagnostics.Where(line => line.Contains(project.Directory + Path.DirectorySeparatorChar, StringComparison.Ordinal));
}
