using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Clients;
using McpOAuthTemplates.Tests.Infrastructure;
using McpOAuthTemplates.Tests.Updates;
using McpOAuthTemplates.Tests.Verify;

namespace McpOAuthTemplates.Tests.Skill;

/// <summary>
/// Does what SKILL.md says to the requests that lead to a server. All servers are built together, once. Then each is started and
/// checked with verify.cs, two at a time.
/// </summary>
internal static partial class SkillServers
{
    private static readonly Lazy<Task<IReadOnlyDictionary<int, SkillResult>>> s_results = new(RunAllAsync);

    private static SkillExample[] Built => [.. SkillExample.All.Where(example => example.Kind != SkillExample.AskOrRefuse)];

    private static SkillCommand CreationOfTodoServer => SkillExample.All[0].Commands.First();

    public static async Task<SkillResult> GetResultAsync(int number) => (await s_results.Value)[number];

    /// <summary>The folder of what an example makes.</summary>
    public static string GetFolder(int number, string name = "") =>
        Path.Combine(Template.Sandbox, "skill", $"{number}", name);

    /// <summary>Makes the server of request 1 once more, for another request.</summary>
    public static async Task<string> CreateTodoServerAsync(int number)
    {
        Directory.CreateDirectory(GetFolder(number));
        (await CreateAsync(GetFolder(number), CreationOfTodoServer)).ShouldSucceed();
        var folder = GetFolder(number, "TodoServer");
        (await Dotnet.RunAsync(folder, "restore")).ShouldSucceed();
        return folder;
    }

    /// <summary>Runs "dotnet new" as the command says, where something is created in its own folder.</summary>
    public static Task<CommandResult> CreateAsync(string folder, SkillCommand command)
    {
        string[] words = [.. command.Words.Skip(2)];
        return command.Template switch
        {
            // Their post actions, and what they learn of the project, need the command line.
            "mcp-oauth-wiring" or "mcp-oauth-tool" => Template.RunAsync(folder, [.. words, "--no-update-check"]),

            // The command line makes a folder of the name.
            "mcp-oauth" when command.GetOption("-o") is null =>
                TemplateEngine.RunAsync(folder, [.. words, "-o", command.GetOption("-n")!]),
            _ => TemplateEngine.RunAsync(folder, words),
        };
    }

    private static async Task<IReadOnlyDictionary<int, SkillResult>> RunAllAsync()
    {
        Dictionary<int, string> folders = [];
        foreach (var example in Built)
        {
            var folder = await CreateExistingAsync(example.Number);
            await PrepareAsync(example, folder);
            folders[example.Number] = folder;
        }

        var projects = Built.SelectMany(example => FindProjects(example, folders[example.Number]));
        var build = await Dotnet.BuildAsync(
            Template.SaveSolution("Skill.slnx", projects), "-p:UseAppHost=false", "-p:GenerateDocumentationFile=false");
        build.ShouldSucceed();
        Assert.Empty(GeneratedProjects.ParseDiagnostics(build.Text));

        Dictionary<int, SkillResult> results = [];
        await Parallel.ForEachAsync(Built, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (example, _) =>
        {
            var result = await RunAsync(example, folders[example.Number]);
            lock (results)
            {
                results[example.Number] = result;
            }
        });
        return results;
    }

    /// <summary>What is there before the request, as SKILL.md says it. New servers begin in an empty folder.</summary>
    private static async Task<string> CreateExistingAsync(int number)
    {
        switch (number)
        {
            case 4:
                return await CreateMathServerAsync(GetFolder(number, "MathServer"));
            case 5 or 6:
                UpdateProgram.CopyFolder(GetFolder(4), GetFolder(number));
                (await Dotnet.RunAsync(GetFolder(number, "MathServer"), "restore")).ShouldSucceed();
                return GetFolder(number, "MathServer");
            case 7:
                UpdateProgram.CopyFolder(GetFolder(1, "TodoServer"), GetFolder(number, "TodoServer"));
                await GitRepository.CreateAsync(GetFolder(number, "TodoServer"));
                return GetFolder(number, "TodoServer");
            default:
                return Directory.CreateDirectory(GetFolder(number)).FullName;
        }
    }

    private static async Task<string> CreateMathServerAsync(string folder)
    {
        var created = await Template.RunAsync(
            Template.Sandbox, "mcpserver", "--transport", "remote", "--self-contained", "false", "-n", "MathServer",
            "-o", folder, "--no-restore");
        created.ShouldSucceed();

        // The version of the template is not in the registry that CI uses.
        var project = Path.Combine(folder, "MathServer.csproj");
        var text = await File.ReadAllTextAsync(project);
        await File.WriteAllTextAsync(project, SdkVersion.Replace(text, "$1\"2.4.0\""));
        return folder;
    }

    private static async Task PrepareAsync(SkillExample example, string folder)
    {
        foreach (var step in example.Preparation)
        {
            if (step is SkillEdit edit)
            {
                await edit.Edit.ApplyAsync(folder);
                continue;
            }

            var command = (SkillCommand)step;
            if (command.IsUpdate)
            {
                await UpdateAsync(folder, command);
            }
            else if (command.IsRestore)
            {
                (await Dotnet.RunAsync(folder, "restore")).ShouldSucceed();
            }
            else
            {
                (await CreateAsync(folder, command)).ShouldSucceed();
            }
        }
    }

    /// <summary>As in the tests of the update, both projects are handed out: the one of request 1, and it with the other options.</summary>
    private static async Task UpdateAsync(string folder, SkillCommand update)
    {
        Assert.True(File.Exists(Path.Combine(folder, update.Words[1])), "The program is not there.");
        string[] options = [.. update.Words.Skip(2)];
        var current = GetFolder(7, "current");
        var with = new SkillCommand([.. CreationOfTodoServer.Words, .. options, "-o", current]);
        (await CreateAsync(Template.Sandbox, with)).ShouldSucceed();

        var result = await UpdateProgram.RunAsync(
            folder, GetFolder(1, "TodoServer"), current, [.. options, "--version", UpdateProgram.OldVersion]);
        Assert.True(result.ExitCode == 0, result.Text);
    }

    private static IEnumerable<string> FindProjects(SkillExample example, string folder)
    {
        yield return FindProject(GetServerFolder(example, folder));
        foreach (var test in example.Runs.Where(command => command.IsTest))
        {
            yield return FindProject(Path.GetFullPath(test.Words[2], folder));
        }
    }

    private static string FindProject(string folder) => Assert.Single(Directory.GetFiles(folder, "*.csproj"));

    private static string GetServerFolder(SkillExample example, string folder)
    {
        var run = Assert.Single(example.Runs, command => command.IsRun);
        return Path.Combine(folder, run.GetOption("--project") ?? "");
    }

    private static async Task<SkillResult> RunAsync(SkillExample example, string folder)
    {
        var server = FindProject(GetServerFolder(example, folder));
        var verify = Assert.Single(example.Runs, command => command.IsVerify);
        Assert.True(File.Exists(Path.Combine(folder, verify.Words[1])), $"There is no {verify.Words[1]}.");
        var checks = await VerifyAsync(server, verify);
        var test = example.Runs.SingleOrDefault(command => command.IsTest);
        if (test is null)
        {
            return new SkillResult(checks, []);
        }

        var tests = FindProject(Path.GetFullPath(test.Words[2], folder));
        var name = $"skill-{example.Number}";
        var results = await TestRun.RunAsync(name, new Dictionary<string, string> { [name] = tests });
        return new SkillResult(checks, [.. results[name]]);
    }

    /// <summary>At a free port instead of the one in the text, and with a person at the browser.</summary>
    private static async Task<VerifyResult> VerifyAsync(string project, SkillCommand verify)
    {
        var folder = Path.GetDirectoryName(project)!;
        var assembly = Path.Combine(folder, "bin", "Debug", "net10.0", Path.GetFileNameWithoutExtension(project) + ".dll");
        var path = new Uri(verify.Words[^1]).AbsolutePath;
        await using var server = await ServerProcess.StartAsync(
            assembly, folder, "Development", ("OAuth__Resource", "{address}" + path));
        await server.WaitUntilReadyAsync();
        var url = new Uri(server.Address, path).AbsoluteUri;
        return await VerifyProgram.RunAsync(
            null, [], [.. verify.Words.Skip(2).SkipLast(1), url, "--no-browser", "--json"], url => SignInAsync(server, url));
    }

    private static async Task SignInAsync(ServerProcess server, Uri url)
    {
        var answer = await new Person(server.Client, "ada").AllowAsync(url.OriginalString);
        using var browser = new HttpClient();
        await browser.GetStringAsync(answer.Response.Headers.Location);
    }

    [GeneratedRegex("(Include=\"ModelContextProtocol.AspNetCore\" Version=)\"[^\"]*\"")]
    private static partial Regex SdkVersion { get; }
}

/// <summary>What verify.cs and, if there are any, the tests say about a server.</summary>
internal sealed record SkillResult(VerifyResult Checks, IReadOnlyList<TestResult> Tests);
