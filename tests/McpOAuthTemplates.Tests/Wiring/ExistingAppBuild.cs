using System.Text.RegularExpressions;
using System.Xml.Linq;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Wiring;

/// <summary>
/// Makes all existing apps, each in a folder as it was before and in one as it is after the wiring, and builds all of them together,
/// once.
/// </summary>
internal static partial class ExistingAppBuild
{
    private const string SampleRegistration = ".WithTodoTools().WithTools<WhoAmITool>()";

    private static readonly Lazy<Task<IReadOnlyList<string>>> s_built = new(BuildAllAsync);

    private static string Root => Path.Combine(Template.Sandbox, "existing");

    private static string Fixtures => Path.Combine(Repository.TestProject, "Fixtures", "ExistingApps");

    /// <summary>Builds all, of which this one has to compile as it was and as it is, without a warning.</summary>
    public static async Task ShouldBuildAsync(ExistingApp app)
    {
        var diagnostics = await s_built.Value;
        var folders = new[] { app.Before, app.After }.Select(folder => folder + Path.DirectorySeparatorChar);
        var own = diagnostics.Where(line => folders.Any(folder => line.Contains(folder, StringComparison.Ordinal))).ToArray();
        Assert.True(own.Length == 0, string.Join('\n', own));
    }

    private static async Task<IReadOnlyList<string>> BuildAllAsync()
    {
        Directory.CreateDirectory(Root);
        var problems = new List<string>();
        ExistingApp[] apps = [.. ExistingApps.All, .. ExistingApps.ForStart];
        var sample = await Template.CreateAsync(Variants.Default);
        await Parallel.ForEachAsync(apps, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (app, _) =>
        {
            await CreateAsync(app, app.After);
            if (!app.IsAsAnother)
            {
                CopyFolder(app.After, app.Before);
            }

            try
            {
                await WireAsync(app, sample);
            }
            catch (Exception exception)
            {
                // The others are still of interest.
                lock (problems)
                {
                    problems.Add($"{app.After}{Path.DirectorySeparatorChar}: {exception.Message}");
                }
            }
        });

        await WiredServers.SetUpAsync(apps.Where(app => !IsOfSdk(app)).Select(app => app.After));
        var build = await Dotnet.BuildAsync(SaveSolution(apps), "-p:UseAppHost=false", "-p:GenerateDocumentationFile=false");
        return [.. problems, .. GeneratedProjects.ParseDiagnostics(build.Text)];
    }

    // Those are wired by the command line, with its post actions; the others in process.
    private static bool IsOfSdk(ExistingApp app) => app.Template.Count > 0;

    private static string SaveSolution(IEnumerable<ExistingApp> apps)
    {
        var solution = Path.Combine(Template.Sandbox, "Existing.slnx");
        // How those for the start were before is of no interest.
        var folders = ExistingApps.All.Where(app => !app.IsAsAnother).Select(app => app.Before)
            .Concat(apps.Select(app => app.After))
            .Select(folder => Path.GetRelativePath(Template.Sandbox, folder).Replace('\\', '/'))
            .Select(folder => new XElement(
                "Folder",
                new XAttribute("Name", $"/{folder}/"),
                new XElement("Project", new XAttribute("Path", $"{folder}/TodoServer.csproj"))));
        new XElement("Solution", folders).Save(solution);
        return solution;
    }

    private static async Task CreateAsync(ExistingApp app, string folder)
    {
        CopyFolder(Path.Combine(Fixtures, "shared"), folder);
        if (app.Template.Count > 0)
        {
            var created = await Template.RunAsync(
                Template.Sandbox, [.. app.Template, "-n", "TodoServer", "-o", folder, "--no-restore"]);
            created.ShouldSucceed();
        }
        else
        {
            CopyFolder(Path.Combine(Fixtures, app.Fixture), folder);
            await File.WriteAllTextAsync(Path.Combine(folder, "TodoServer.csproj"), ProjectFile.Web);
        }

        SetPackages(folder, [("ModelContextProtocol.AspNetCore", "2.4.0"), .. app.Packages]);
        foreach (var edit in app.Edits)
        {
            await edit.ApplyAsync(folder);
        }
    }

    private static async Task WireAsync(ExistingApp app, GeneratedProject sample)
    {
        string[] options = ["--scopes", "todo:read,todo:write", "--namespace", "TodoServer", "--no-packages"];
        var wiring = IsOfSdk(app)
            ? WiredServers.WireAsync(app.After, options)
            : TemplateEngine.RunAsync(app.After, ["mcp-oauth-wiring", .. options]);
        (await wiring).ShouldSucceed();
        SetPackages(app.After, [("Microsoft.AspNetCore.Authentication.JwtBearer", "10.0.15")]);
        await NextSteps.ApplyAsync(app.After, app.IsProtectedFirst);
        foreach (var edit in app.LaterEdits)
        {
            await edit.ApplyAsync(app.After);
        }

        await AddSampleAsync(app, sample);
    }

    // Then it gets tools that say who called, and need scopes that imply others.
    private static async Task AddSampleAsync(ExistingApp app, GeneratedProject sample)
    {
        foreach (var file in sample.Files.Where(file => IsSample.IsMatch(file)))
        {
            var target = Path.Combine(app.After, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(sample.Directory, file), target);
        }

        foreach (var path in Directory.GetFiles(app.After, "*.cs").Where(path => Path.GetFileName(path) is "Program.cs" or "Startup.cs"))
        {
            var code = await File.ReadAllTextAsync(path);
            var own = OwnRegistration.Match(code).Value;
            if (own.Length > 0)
            {
                var kept = app.HasOnlySampleTools ? "" : own;
                code = "using TodoServer.Tools;\n" + code.Replace(own, kept + SampleRegistration, StringComparison.Ordinal);
                await File.WriteAllTextAsync(path, code);
            }
        }
    }

    private static void SetPackages(string folder, IEnumerable<(string Name, string Version)> packages)
    {
        var path = Path.Combine(folder, "TodoServer.csproj");
        var project = XDocument.Load(path);
        foreach (var (name, version) in packages)
        {
            project.Descendants("PackageReference").Where(package => (string?)package.Attribute("Include") == name).Remove();
            project.Root!.Add(new XElement("ItemGroup", new XElement(
                "PackageReference", new XAttribute("Include", name), new XAttribute("Version", version))));
        }

        project.Save(path);
    }

    private static void CopyFolder(string source, string target)
    {
        foreach (var file in Repository.EnumerateFiles(source))
        {
            var path = Path.Combine(target, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(Path.Combine(source, file), path, overwrite: true);
        }
    }

    [GeneratedRegex(@"\.WithTools<(?:NoteTools|RandomNumberTools)>\(\)")]
    private static partial Regex OwnRegistration { get; }

    [GeneratedRegex("^(?:Todos/.*|Tools/(?:TodoTools|TodoToolsExtensions|WhoAmITool)\\.cs)$")]
    private static partial Regex IsSample { get; }
}
