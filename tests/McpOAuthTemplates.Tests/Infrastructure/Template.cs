using System.Collections.Concurrent;
using System.Xml.Linq;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>The templates, installed from the working tree, and the projects that the tests make of them.</summary>
internal static class Template
{
    private static readonly Lazy<Task> s_installed = new(InstallAsync);
    private static readonly ConcurrentDictionary<string, Lazy<Task<GeneratedProject>>> s_projects = new();
    private static readonly SemaphoreSlim s_twoAtATime = new(2);

    /// <summary>Where the projects are made: below it, warnings are errors and nothing of this repository is inherited.</summary>
    public static string Sandbox { get; } = CreateSandboxOfProjects();

    /// <summary>Runs "dotnet new" in the home of the tests, whatever comes of it.</summary>
    public static async Task<CommandResult> RunAsync(string workingDirectory, params string[] arguments)
    {
        await s_installed.Value;
        await s_twoAtATime.WaitAsync();
        try
        {
            return await Dotnet.RunAsync(workingDirectory, ["new", .. arguments]);
        }
        finally
        {
            s_twoAtATime.Release();
        }
    }

    /// <summary>Makes a project in process, once for each folder name. The port is fixed, so that the result is always the same.</summary>
    public static Task<GeneratedProject> CreateAsync(string folder, string name, params string[] arguments) =>
        CreateOnceAsync(TemplateEngine.RunAsync, folder, name, arguments);

    /// <summary>Makes a project by "dotnet new" if the variant is one for the front door, and in process if not.</summary>
    public static Task<GeneratedProject> CreateAsync(Variant variant) => CreateOnceAsync(
        Variants.FrontDoor.Contains(variant) ? RunAsync : TemplateEngine.RunAsync, variant.Name, "TodoServer", variant.Arguments);

    private static Task<GeneratedProject> CreateOnceAsync(
        Func<string, string[], Task<CommandResult>> run, string folder, string name, string[] arguments) =>
        s_projects.GetOrAdd(folder, _ => new(async () =>
        {
            var path = Path.Combine(Sandbox, folder);
            (await run(Sandbox, GetArguments(name, path, arguments))).ShouldSucceed();
            return new GeneratedProject(name, path, [.. Repository.EnumerateFiles(path)]);
        })).Value;

    /// <summary>What "dotnet new" gets for a project.</summary>
    public static string[] GetArguments(string name, string path, string[] arguments) =>
        ["mcp-oauth", "-n", name, "-o", path, "--no-restore", "--http-port", "5123", "--no-update-check", .. arguments];

    /// <summary>Writes a solution with these projects, each in a folder of its own, because most have the same name.</summary>
    public static string SaveSolution(string name, IEnumerable<string> projects)
    {
        var solution = Path.Combine(Sandbox, name);
        new XElement("Solution", projects.Select(project => Path.GetRelativePath(Sandbox, project).Replace('\\', '/')).Select(project =>
            new XElement("Folder",
                new XAttribute("Name", $"/{Path.GetDirectoryName(project)!.Replace('/', '-').Replace('\\', '-')}/"),
                new XElement("Project", new XAttribute("Path", project)))))
            .Save(solution);
        return solution;
    }

    public static string CreateSandbox(params string[] path)
    {
        var sandbox = Repository.CreateEmptyDirectory(path);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.TestProject, "Sandbox")))
        {
            File.Copy(file, Path.Combine(sandbox, Path.GetFileName(file)));
        }

        return sandbox;
    }

    // The engine looks for a project further up, too: it must not find that of this repository, which may be restored or not. Of one
    // that is not, it learns nothing.
    private static string CreateSandboxOfProjects()
    {
        var sandbox = CreateSandbox("sandbox");
        File.WriteAllText(Path.Combine(sandbox, "NotRestored.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
              </PropertyGroup>
            </Project>
            """);
        return sandbox;
    }

    private static async Task InstallAsync()
    {
        var result = await Dotnet.RunAsync(Repository.Root, "new", "install", Repository.Templates);

        // The exit code is 0, too, when a template is not valid.
        Assert.Contains("mcp-oauth", result.ShouldSucceed().Output, StringComparison.Ordinal);
        Assert.DoesNotContain("rror", result.Text, StringComparison.Ordinal);
    }
}

/// <summary>What "dotnet new mcp-oauth" made, a project or a solution, with the files that it wrote: a build adds others.</summary>
internal sealed record GeneratedProject(string Name, string Directory, IReadOnlyList<string> Files)
{
    /// <summary>The folder of the server below that of the solution, with a slash at its end. Empty if there is no solution.</summary>
    public string ServerFolder => Files.Contains(Name + ".slnx") ? $"src/{Name}/" : "";

    /// <summary>Where the server has its project file and its settings.</summary>
    public string ContentRoot => Path.Combine(Directory, ServerFolder);

    public string ProjectFile => Path.Combine(ContentRoot, Name + ".csproj");

    /// <summary>The folder of the AppHost of --aspire.</summary>
    public string AppHostFolder => Path.Combine(Directory, Name + ".AppHost");

    public string? AppHostFile =>
        ProjectFiles.SingleOrDefault(file => file.StartsWith(AppHostFolder + Path.DirectorySeparatorChar, StringComparison.Ordinal));

    public IEnumerable<string> ProjectFiles =>
        Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal)).Select(file => Path.Combine(Directory, file));

    public string GetAssembly(string configuration = "Debug") =>
        Path.Combine(ContentRoot, "bin", configuration, "net10.0", Name + ".dll");

    public string Read(string path) => File.ReadAllText(Path.Combine(Directory, path));

    /// <summary>Adds a scope, as an owner does.</summary>
    public Task AddScopeAsync(string scope) =>
        EditAsync("Scopes.cs", "[TodoRead, TodoWrite]", $"[TodoRead, TodoWrite, \"{scope}\"]");

    /// <summary>Changes code of the server, as an owner does.</summary>
    public async Task EditAsync(string file, string before, string after)
    {
        var path = Path.Combine(ContentRoot, file);
        var text = await File.ReadAllTextAsync(path);
        Assert.Contains(before, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, text.Replace(before, after, StringComparison.Ordinal));
    }

    /// <summary>Adds what an owner adds: a file with tools, and their registration behind that of the others.</summary>
    public Task AddToolsAsync(string code, string registration) => AddToolsAsync(registration, ("Own.cs", code));

    /// <summary>Adds files with tools, prompts and resources.</summary>
    public async Task AddToolsAsync(string registration, params (string Name, string Code)[] files)
    {
        const string Before = ".WithTools<WhoAmITool>()";
        await EditAsync("Program.cs", Before, Before + registration);
        foreach (var (name, code) in files)
        {
            await File.WriteAllTextAsync(Path.Combine(ContentRoot, "Tools", name), code);
        }
    }
}
