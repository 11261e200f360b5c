using McpOAuthTemplates.Tests.Clients;
using McpOAuthTemplates.Tests.Infrastructure;
using McpOAuthTemplates.Tests.Verify;

namespace McpOAuthTemplates.Tests.Skill;

/// <summary>
/// The servers to which the requests of SKILL.md lead. They are built together, once. Then each is started and
/// checked with verify.cs, two at a time.
/// </summary>
internal static class SkillServers
{
    private static readonly Lazy<Task<Dictionary<int, Task<SkillResult>>>> s_results = new(RunAllAsync);
    private static readonly SemaphoreSlim s_twoAtATime = new(2);

    public static async Task<SkillResult> GetResultAsync(int number)
    {
        var results = await s_results.Value;
        return await results[number];
    }

    private static async Task<Dictionary<int, Task<SkillResult>>> RunAllAsync()
    {
        List<(SkillExample Example, string Folder)> requests = [];
        foreach (var example in SkillExample.All.Where(example => example.LeadsToServer))
        {
            requests.Add((example, await SkillWorkspace.PrepareAsync(example)));
        }

        await BuildAsync(requests.SelectMany(request => FindProjects(request.Example, request.Folder)).Distinct());
        return requests.ToDictionary(
            request => request.Example.Number,
            request => RunInTurnAsync(request.Example, request.Folder));
    }

    private static async Task<SkillResult> RunInTurnAsync(SkillExample example, string folder)
    {
        await s_twoAtATime.WaitAsync();
        try
        {
            return await RunAsync(example, folder);
        }
        finally
        {
            s_twoAtATime.Release();
        }
    }

    private static async Task BuildAsync(IEnumerable<string> projects)
    {
        var solution = Template.SaveSolution("Skill.slnx", projects);
        var build = await Dotnet.BuildAsync(solution, "-p:UseAppHost=false", "-p:GenerateDocumentationFile=false");
        build.ShouldSucceed();
        Assert.Empty(GeneratedProjects.ParseDiagnostics(build.Text));
    }

    private static IEnumerable<string> FindProjects(SkillExample example, string folder)
    {
        yield return FindServer(example, folder);
        if (FindTests(example, folder) is { } tests)
        {
            yield return tests;
        }
    }

    private static string FindServer(SkillExample example, string folder)
    {
        var run = Assert.Single(example.Runs, command => command.IsRun);
        return FindProject(Path.Combine(folder, run.GetOption("--project") ?? ""));
    }

    private static string? FindTests(SkillExample example, string folder)
    {
        var test = example.Runs.SingleOrDefault(command => command.IsTest);
        return test is null ? null : FindProject(Path.GetFullPath(test.Words[2], folder));
    }

    private static string FindProject(string folder) => Assert.Single(Directory.GetFiles(folder, "*.csproj"));

    private static async Task<SkillResult> RunAsync(SkillExample example, string folder)
    {
        var verify = Assert.Single(example.Runs, command => command.IsVerify);
        Assert.True(File.Exists(Path.Combine(folder, verify.Words[1])), $"There is no {verify.Words[1]}.");
        var checks = await VerifyAsync(FindServer(example, folder), verify);
        if (FindTests(example, folder) is not { } tests)
        {
            return new SkillResult(checks, []);
        }

        var name = $"skill-{example.Number}";
        var results = await TestRun.RunAsync(name, new Dictionary<string, string> { [name] = tests });
        return new SkillResult(checks, [.. results[name]]);
    }

    /// <summary>At a free port instead of the one in the text, and with a person at the browser.</summary>
    private static async Task<VerifyResult> VerifyAsync(string project, SkillCommand verify)
    {
        var folder = Path.GetDirectoryName(project)!;
        var assembly = Path.GetFileNameWithoutExtension(project) + ".dll";
        var path = new Uri(verify.Words[^1]).AbsolutePath;
        await using var server = await ServerProcess.StartAsync(
            Path.Combine(folder, "bin", "Debug", "net10.0", assembly),
            folder,
            "Development",
            ("OAuth__Resource", "{address}" + path));
        await server.WaitUntilReadyAsync();

        var options = verify.Words.Skip(2).SkipLast(1);
        string[] arguments = [.. options, new Uri(server.Address, path).AbsoluteUri, "--no-browser", "--json"];
        return await VerifyProgram.RunAsync(null, [], arguments, url => SignInAsync(server, url));
    }

    private static async Task SignInAsync(ServerProcess server, Uri url)
    {
        var answer = await new Person(server.Client, "ada").AllowAsync(url.OriginalString);
        using var browser = new HttpClient();
        await browser.GetStringAsync(answer.Response.Headers.Location);
    }
}

/// <summary>What verify.cs and, if there are any, the tests say about a server.</summary>
internal sealed record SkillResult(VerifyResult Checks, IReadOnlyList<TestResult> Tests);
