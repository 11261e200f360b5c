using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

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
        var build = await BuiltAsync();
        Assert.Empty(build.GetDiagnostics(project));
        return await ServerProcess.StartAsync(build.GetAssembly(project), project.ContentRoot, environment, settings);
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
        var twins = projects.GroupBy(HashCode).ToArray();

        var solution = Template.SaveSolution("All.slnx", SelectProjects([.. twins.Select(group => group.First())]));
        var result = await Dotnet.BuildAsync(solution);
        return new BuildResult(
            projects,
            twins.SelectMany(group => group, (group, project) => (project.Directory, Built: group.First()))
                .ToDictionary(row => row.Directory, row => row.Built),
            result,
            ParseDiagnostics(result.Text));
    }

    /// <summary>All but the AppHosts whose code another one has, too: they take longer than the servers.</summary>
    private static IEnumerable<string> SelectProjects(GeneratedProject[] projects)
    {
        var appHosts = projects.Where(project => project.AppHostFile is not null).ToArray();
        var different = appHosts.DistinctBy(project => File.ReadAllText(Path.Combine(project.AppHostFolder, "Program.cs")));
        return projects.SelectMany(project => project.ProjectFiles).Except(appHosts.Except(different).Select(project => project.AppHostFile!));
    }

    /// <summary>The same for projects of which the compiler gets the same, to the byte, and which differ in settings or documents only.</summary>
    private static string HashCode(GeneratedProject project)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in project.Files.Where(file => Path.GetExtension(file) is ".cs" or ".csproj" or ".props" or ".targets" or ".editorconfig"))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{file}\n"));
            hash.AppendData(File.ReadAllBytes(Path.Combine(project.Directory, file)));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    // "path(1,2): error CS0001: text [project]" of a compiler, "path : warning NU0001: text [project]" of other tools.
    [GeneratedRegex(@"^.*?\s?:\s(?:error|warning)\s(?<code>[A-Z]+[0-9]+)?\s?:")]
    private static partial Regex Diagnostic { get; }
}

/// <summary>What came of the build. Of projects with the same code, one is built: it stands for the others.</summary>
internal sealed record BuildResult(
    IReadOnlyList<GeneratedProject> Projects,
    IReadOnlyDictionary<string, GeneratedProject> Built,
    CommandResult Command,
    IReadOnlyList<string> Diagnostics)
{
    public string GetAssembly(GeneratedProject project) => Built[project.Directory].GetAssembly();

    public IEnumerable<string> GetDiagnostics(GeneratedProject project) => Diagnostics.Where(line =>
        line.Contains(Built[project.Directory].Directory + Path.DirectorySeparatorChar, StringComparison.Ordinal));
}
