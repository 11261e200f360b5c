using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Updates;

/// <summary>
/// Every option can change later, from each value to each other one, in a project with own edits. What only merges is merged by git
/// alone, as update.cs does it. What also moves files goes through update.cs itself, and so does what the compiler sees.
/// </summary>
public sealed class OptionChangeTests
{
    /// <summary>The changes that the compiler sees, there and back.</summary>
    private static readonly string[] s_compiled =
        ["--scopes", "--use-controllers", "--dev-auth", "--tests", "--aot", "--telemetry", "--aspire"];

    /// <summary>Of the others, one that changes settings, one that adds files, and one with more values than one.</summary>
    private static readonly string[] s_others = ["--provider", "--docker", "--ai-hosts"];

    private static readonly Lazy<Task<IReadOnlyList<(string Change, string Folder)>>> s_updated = new(UpdateAllAsync);

    public static TheoryData<OptionRow> Rows => new(OptionTable.All.Where(row => row.Option is not ("--tests" or "--aspire" or "--framework")));

    [Fact]
    public void Each_option_is_in_the_table() => Assert.Equal(
        ProjectRecord.ReadSource("mcp-oauth").Options.Select(option => option.Key), OptionTable.All.Select(row => row.Option));

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Each_value_can_change_to_each_other_one(OptionRow row)
    {
        var repository = new GitRepository(Repository.CreateEmptyDirectory("option-table", row.Option));
        await repository.RunAsync("init", "--quiet");
        var values = new Dictionary<string, OwnedTree>();
        foreach (var value in row.Values)
        {
            var project = await CreateAsync(row, value);
            var made = Copy(project, "made");
            OwnEdits.Arrange(made);
            var owned = Copy(project, "own");
            OwnEdits.Apply(owned);
            var tree = await WriteTreeAsync(repository, made);
            var ownTree = await WriteTreeAsync(repository, owned);
            var old = await CommitAsync(repository, tree);
            values[value] = new OwnedTree(tree, old, ownTree, await CommitAsync(repository, ownTree, "-p", old));
        }

        foreach (var (from, to) in row.Changes)
        {
            var current = await CommitAsync(repository, values[to].Tree, "-p", values[from].Commit);
            var merge = await repository.TryAsync(
                ["merge-tree", "--write-tree", "--name-only", values[from].OwnCommit, current], []);
            Assert.True(merge.ExitCode == 0, $"From \"{from}\" to \"{to}\":\n{merge.Text}");

            // As if the same edits had been made in a project that has had the value from its first day.
            if (merge.Output.Trim() != values[to].OwnTree)
            {
                Assert.Fail(await repository.RunAsync("diff", merge.Output.Trim(), values[to].OwnTree));
            }
        }
    }

    [Fact]
    public async Task No_edit_is_lost_by_the_program()
    {
        var updated = await s_updated.Value;

        Assert.All(updated, update => Assert.Equal((update.Change, ""), (update.Change, string.Join(", ", OwnEdits.FindLost(update.Folder)))));
    }

    [Fact]
    public async Task What_comes_of_it_builds()
    {
        var projects = (await s_updated.Value)
            .Where(update => s_compiled.Any(option => update.Change.StartsWith(option, StringComparison.Ordinal)))
            .SelectMany(update => Directory.GetFiles(update.Folder, "*.csproj", SearchOption.AllDirectories)).ToArray();
        var build = (await Dotnet.BuildAsync(Template.SaveSolution("Updated.slnx", projects))).ShouldSucceed();

        Assert.InRange(projects.Length, 2 * s_compiled.Length, 4 * s_compiled.Length);
        Assert.Empty(GeneratedProjects.ParseDiagnostics(build.Text));
    }

    private static async Task<GeneratedProject> CreateAsync(OptionRow row, string value)
    {
        var folder = Path.Combine(Template.Sandbox, "option-table", $"{row.Option}-{Array.IndexOf(row.Values, value)}");
        List<string> arguments = ["mcp-oauth", "-n", "TodoServer", "-o", folder];
        arguments.AddRange(value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (row.Option != "--http-port")
        {
            arguments.AddRange(["--http-port", "5123"]);
        }

        if (!Directory.Exists(folder))
        {
            (await TemplateEngine.RunAsync(Template.Sandbox, [.. arguments])).ShouldSucceed();
        }

        return new GeneratedProject("TodoServer", folder, [.. Repository.EnumerateFiles(folder)]);
    }

    private static string Copy(GeneratedProject project, string name)
    {
        var copy = $"{project.Directory}-{name}";
        UpdateProgram.CopyFolder(project.Directory, copy);
        return copy;
    }

    /// <summary>From the first value of an option to the second one, and back.</summary>
    private static async Task<IReadOnlyList<(string Change, string Folder)>> UpdateAllAsync()
    {
        List<(string, string)> updated = [];
        foreach (var row in OptionTable.All.Where(row => s_compiled.Contains(row.Option) || s_others.Contains(row.Option)))
        {
            var first = await CreateAsync(row, row.Values[0]);
            var second = await CreateAsync(row, row.Values[1]);
            updated.Add(($"{row.Option} there", await UpdateAsync(first, second, "there" + row.Option)));
            if (s_compiled.Contains(row.Option))
            {
                updated.Add(($"{row.Option} back", await UpdateAsync(second, first, "back" + row.Option)));
            }
        }

        return updated;
    }

    private static async Task<string> UpdateAsync(GeneratedProject old, GeneratedProject current, string name)
    {
        var folder = Path.Combine(Template.Sandbox, "table-" + name);
        UpdateProgram.CopyFolder(old.Directory, folder);
        OwnEdits.Apply(folder);
        await GitRepository.CreateAsync(folder);
        var target = ProjectRecord.Parse(current.Read(ProjectRecord.Path));
        var changes = OptionTable.GetChanges(ProjectRecord.Parse(old.Read(ProjectRecord.Path)), target);
        var update = await UpdateProgram.RunAsync(
            folder, old.Directory, current.Directory, [.. changes, "--version", UpdateProgram.OldVersion]);

        Assert.True(update.ExitCode == 0, $"{name}: {update.Text}");
        Assert.Equal(current.Read(ProjectRecord.Path), await File.ReadAllTextAsync(Path.Combine(folder, ProjectRecord.Path)));

        // What the template is asked for is what was asked for.
        Assert.All(changes, change => Assert.Contains(update.Calls, call => call.Contains(change, StringComparison.Ordinal)));
        return folder;
    }

    private static async Task<string> WriteTreeAsync(GitRepository repository, string folder)
    {
        (string, string)[] environment = [("GIT_INDEX_FILE", Path.Combine(repository.Folder, ".git", "index-" + Path.GetFileName(folder)))];
        string[] there = ["--work-tree", folder];
        await repository.RunAsync([.. there, "add", "--all", "--force", folder], environment);
        return await repository.RunAsync(["write-tree"], environment);
    }

    private static Task<string> CommitAsync(GitRepository repository, string tree, params string[] parent) => repository.RunAsync(
        ["-c", "user.name=test", "-c", "user.email=test@localhost", "commit-tree", tree, "-m", "x", .. parent]);

    /// <summary>What the template makes with a value, and the same with own edits.</summary>
    private sealed record OwnedTree(string Tree, string Commit, string OwnTree, string OwnCommit);
}
