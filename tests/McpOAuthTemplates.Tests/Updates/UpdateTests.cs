using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Updates;

/// <summary>mcp-oauth-update: a project that exists takes a new version, and can change its mind.</summary>
public sealed class UpdateTests
{
    private const string Undo = "this command undoes it: git reset --hard";

    /// <summary>All as an owner does it, with the true commands.</summary>
    [Fact]
    public async Task A_project_with_own_edits_gets_a_new_version_and_other_options_in_one_run()
    {
        var (project, repository) = await CreateOwnedAsync("update-all");
        var folder = project.Directory;
        await AddProgramAsync(folder);
        var update = await UpdateProgram.StartAsync(
            folder,
            [".mcp-oauth/update.cs", "--provider", "entra", "--docker", "--tests", "--add-source", await UpdateProgram.FeedAsync()]);

        update.ShouldSucceed();
        Assert.Contains("git diff --staged", update.Output, StringComparison.Ordinal);
        Assert.Empty(OwnEdits.FindLost(folder));
        Assert.Equal([".mcp-oauth/project.json"], Repository.EnumerateFiles(Path.Combine(folder, ".mcp-oauth")).Select(file => ".mcp-oauth/" + file));
        var record = ProjectRecord.Parse(await File.ReadAllTextAsync(Path.Combine(folder, ProjectRecord.Path)));
        Assert.Equal(
            (UpdateProgram.NewVersion, "entra", "True", "True"),
            (record.Version, (string)record.Options["--provider"]!, (string)record.Options["--docker"]!, (string)record.Options["--tests"]!));
        string[] changed = ["Program.cs", "appsettings.json", "Authorization/OAuthOptions.cs", "Host/NextVersion.cs"];
        Assert.All(changed, file => Assert.True(File.Exists(Path.Combine(folder, "src/TodoServer", file)), file));
        Assert.Contains(NextVersion.Mark, await File.ReadAllTextAsync(Path.Combine(folder, "src/TodoServer/Program.cs")), StringComparison.Ordinal);
        await AssertOnlyTheTemplatesHaveChangedAsync(repository);

        await AssertBuildsAndPassesAsync(folder);
        await repository.CommitAsync("Updated");
        await AddProgramAsync(folder);
        var again = await UpdateProgram.RunDotnetAsync(folder, ["--add-source", await UpdateProgram.FeedAsync()]);

        again.ShouldSucceed();
        Assert.Contains("there is nothing to do", again.Output, StringComparison.Ordinal);
        Assert.Equal("", await repository.GetStatusAsync());
    }

    [Fact]
    public async Task A_dry_run_writes_nothing_at_all()
    {
        var (project, repository) = await CreateOwnedAsync("update-dry");
        await AddProgramAsync(project.Directory);
        var before = repository.ReadAll();
        var update = await RunAsync(project.Directory, "--dry-run");

        Assert.Equal(0, update.ExitCode);
        Assert.Contains("  Host/NextVersion.cs\n", update.Text, StringComparison.Ordinal);
        Assert.Equal(before, repository.ReadAll());
    }

    [Fact]
    public async Task Whenever_it_is_killed_one_command_undoes_it()
    {
        var (project, repository) = await CreateOwnedAsync("update-killed");
        var calls = await CountGitCallsAsync(project.Directory); // The last ones write: index, files, and the report reads.
        await repository.RunAsync("reset", "--quiet", "--hard");
        var before = await ReadFilesAsync(repository);

        Assert.InRange(calls, 10, 40);
        foreach (var stop in Enumerable.Range(calls - 3, 4).SelectMany(number => new[] { $"{number}b", $"{number}a" }).Prepend("4a"))
        {
            var update = await RunWithGitAsync(project.Directory, stop);

            Assert.NotEqual(0, update.ExitCode);
            if (await repository.GetStatusAsync() != "")
            {
                Assert.Contains(Undo, update.Text, StringComparison.Ordinal);
                await repository.RunAsync("reset", "--quiet", "--hard");
            }

            Assert.Equal(before, await ReadFilesAsync(repository));
        }
    }

    [Fact]
    public async Task Conflicts_are_those_of_git_and_those_in_Authorization_come_first()
    {
        var (project, repository) = await CreateOwnedAsync("update-conflicts");
        NextVersion.Edit(project.Directory, "Program.cs", ".WithHttpTransport()", ".WithHttpTransport(_ => { })");
        NextVersion.Edit(project.Directory, "Authorization/IssuerKeys.cs", "namespace TodoServer.Authorization;\n", "namespace TodoServer.Authorization;\n\n// Mine.\n");
        File.Delete(Path.Combine(project.Directory, "Authorization/OAuthOptions.cs"));
        await repository.CommitAsync("More edits");
        await AddProgramAsync(project.Directory);
        var update = await RunAsync(project.Directory);
        var text = update.Text;

        Assert.Equal(1, update.ExitCode);
        Assert.Contains(
            $"<<<<<<< HEAD\n    .WithHttpTransport(_ => {{ }})\n=======\n    .WithHttpTransport() // {NextVersion.Mark}\n"
                + $">>>>>>> McpOAuthTemplates {UpdateProgram.NewVersion}\n",
            await File.ReadAllTextAsync(Path.Combine(project.Directory, "Program.cs")), StringComparison.Ordinal);
        Assert.Equal(
            "Authorization/IssuerKeys.cs\nProgram.cs", await repository.RunAsync("diff", "--name-only", "--diff-filter=U"));
        var first = text.IndexOf("  Authorization/IssuerKeys.cs\n", StringComparison.Ordinal);
        Assert.InRange(first, 0, text.IndexOf("  Program.cs\n", StringComparison.Ordinal));
        Assert.Contains("If you keep your side, what 99.2.0 changes here is\n    lost for good", text, StringComparison.Ordinal);
        Assert.Contains("  Authorization/OAuthOptions.cs protects the server, is changed by 99.2.0, and deleted here:\n", text, StringComparison.Ordinal);

        // The command that it prints shows what that is.
        var arguments = text.Split("What that is: git ")[1].Split('\n')[0].Replace("\"", "", StringComparison.Ordinal).Split(' ');
        Assert.Contains("+// " + NextVersion.Mark, await repository.RunAsync(arguments), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(project.Directory, ".mcp-oauth/update.cs")));
    }

    [Theory]
    [InlineData("changed", 68, "README.md")]
    [InlineData("not committed", 68, "The project is not committed: commit it first.")]
    [InlineData("merge", 69, "MERGE_HEAD")]
    [InlineData("rebase", 69, "rebase-merge")]
    [InlineData("no repository", 67, "not a git repository")]
    [InlineData("no git", 67, "The command git is needed, and was not found.")]
    [InlineData("no record", 66, ".mcp-oauth/project.json, which says how the project was made.")]
    [InlineData("broken record", 66, "is no record of a project")]
    [InlineData("no old pack", 71, "McpOAuthTemplates@0.0.9 cannot be had.")]
    [InlineData("no new pack", 72, "McpOAuthTemplates@0.0.9 cannot be had.", "--version", "0.0.9")]
    [InlineData("unknown option", 64, "has no option --dockre. It has --scopes,", "--dockre")]
    [InlineData("option of dotnet new", 64, "has no option --output.", "--output", "elsewhere")]
    [InlineData("no option", 64, "docker is no option.", "docker")]
    [InlineData("no value", 64, "--version needs a value.", "--version")]
    [InlineData("in the way", 68, "\nDockerfile", "--docker")]
    public async Task It_refuses(string situation, int exitCode, string message, params string[] arguments)
    {
        var project = await CopyDefaultAsync("update-" + situation.Replace(' ', '-'));
        var repository = situation == "no repository" ? new GitRepository(project) : await GitRepository.CreateAsync(project);
        (string, string)[] environment = [("GIT_CEILING_DIRECTORIES", Template.Sandbox)];
        switch (situation)
        {
            case "changed":
                await File.AppendAllTextAsync(Path.Combine(project, "README.md"), "Mine.\n");
                break;
            case "not committed":
                Directory.Delete(Path.Combine(project, ".git"), recursive: true);
                await repository.RunAsync("init", "--quiet");
                break;
            case "merge":
                await File.WriteAllTextAsync(Path.Combine(project, ".git/MERGE_HEAD"), await repository.RunAsync("rev-parse", "HEAD"));
                break;
            case "rebase":
                Directory.CreateDirectory(Path.Combine(project, ".git/rebase-merge"));
                break;
            case "no git":
                environment = [.. environment, ("PATH", "/nowhere")];
                break;
            case "no record":
                await repository.RunAsync("rm", "--quiet", ProjectRecord.Path);
                break;
            case "broken record":
                NextVersion.Edit(project, ProjectRecord.Path, "\"mcp-oauth\"", "\"../other\"");
                await repository.CommitAsync("Broken");
                break;
            case "no old pack":
                NextVersion.Edit(project, ProjectRecord.Path, UpdateProgram.OldVersion, "0.0.9");
                await repository.CommitAsync("Older");
                break;
            case "in the way":
                await File.WriteAllTextAsync(Path.Combine(project, "Dockerfile"), "FROM mine\n");
                break;
        }

        // Objects that nobody refers to are no change.
        Dictionary<string, string> Read() => repository.ReadAll()
            .Where(file => !file.Key.StartsWith(".git/objects/", StringComparison.Ordinal)).ToDictionary();
        var before = Read();
        var made = await Template.CreateAsync("update-docker-made", "TodoServer", "--docker");
        var original = await Template.CreateAsync("update-default-made", "TodoServer");
        var update = await UpdateProgram.RunAsync(project, original.Directory, made.Directory, arguments, environment);

        Assert.True(update.ExitCode == exitCode, update.Text);
        Assert.Contains(message, update.Text, StringComparison.Ordinal);
        Assert.Equal(before, Read());
    }

    /// <summary>With the true command dotnet, which puts the sentence of a template between words in the language of the user.</summary>
    [Theory]
    [InlineData(
        65, "de", "--aot: ASP.NET Core does not support controllers with Native AOT. Leave out --aot or --use-controllers. Nothing was generated. ",
        "--aot", "--use-controllers")]
    [InlineData(64, "en", "'foo' is not a valid value for --provider.", "--provider", "foo")]
    public async Task A_refusal_of_the_template_comes_through(
        int exitCode, string language, string message, params string[] arguments)
    {
        var project = await CopyDefaultAsync("update-refused-" + exitCode);
        var repository = await GitRepository.CreateAsync(project);
        string[] source = ["--version", UpdateProgram.OldVersion, "--add-source", await UpdateProgram.FeedAsync()];
        var update = await UpdateProgram.RunDotnetAsync(
            project, [.. arguments, .. source], ("DOTNET_CLI_UI_LANGUAGE", language));

        Assert.Equal(exitCode, update.ExitCode);
        Assert.Contains(message, update.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.DoesNotContain("Details:", update.Error, StringComparison.Ordinal);
        Assert.Equal("", await repository.GetStatusAsync());
    }

    [Fact]
    public async Task Versions_of_packages_are_never_lowered()
    {
        var old = await CopyDefaultAsync("update-packages-old");
        var current = await CopyDefaultAsync("update-packages-new");
        var project = await CopyDefaultAsync("update-packages");
        SetVersions(old, "10.0.1", "2.0.0");
        SetVersions(current, "10.0.5", "2.1.0");
        SetVersions(project, "10.0.9", "2.0.1");
        await GitRepository.CreateAsync(project);
        var update = await UpdateProgram.RunAsync(project, old, current, []);
        var references = await File.ReadAllTextAsync(Path.Combine(project, "TodoServer.csproj"));

        Assert.True(update.ExitCode == 0, update.Text);
        Assert.Contains("JwtBearer\" Version=\"10.0.9\"", references, StringComparison.Ordinal);
        Assert.Contains("ModelContextProtocol.AspNetCore\" Version=\"2.1.0\"", references, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Versions_that_are_elsewhere_stay_there_and_are_named()
    {
        var old = await CopyDefaultAsync("update-central-old");
        var current = (await Template.CreateAsync("update-central-made", "TodoServer", "--telemetry")).Directory;
        var project = await CopyDefaultAsync("update-central");
        SetVersions(old, "10.0.1", "2.4.0");
        var file = Path.Combine(project, "TodoServer.csproj");
        await File.WriteAllTextAsync(file, WithoutVersions(await File.ReadAllTextAsync(file)));
        await GitRepository.CreateAsync(project);
        var update = await UpdateProgram.RunAsync(project, old, current, ["--telemetry"]);

        Assert.True(update.ExitCode == 0, update.Text);
        Assert.DoesNotContain(" Version=", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        Assert.Contains("Raise Microsoft.AspNetCore.Authentication.JwtBearer to 10.0.15", update.Text, StringComparison.Ordinal);
        Assert.Contains("Add OpenTelemetry.Extensions.Hosting ", update.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Raise ModelContextProtocol", update.Text, StringComparison.Ordinal);
    }

    /// <summary>Another folder of the repository, blanks, and Windows line endings in all files.</summary>
    [Fact]
    public async Task A_project_can_be_anywhere_in_a_repository()
    {
        var top = Path.Combine(Template.Sandbox, "update-elsewhere");
        var project = await CopyDefaultAsync(Path.Combine("update-elsewhere", "my servers", "todo"));
        foreach (var file in Repository.EnumerateFiles(project))
        {
            NextVersion.Edit(project, file, "\n", "\r\n");
        }

        await File.WriteAllTextAsync(Path.Combine(top, "Other.cs"), "// Other.\n");
        var repository = await GitRepository.CreateAsync(top);
        var update = await RunAsync(project);

        Assert.True(update.ExitCode == 0, update.Text);
        Assert.Equal("// Other.\n", await File.ReadAllTextAsync(Path.Combine(top, "Other.cs")));
        Assert.Contains(NextVersion.Mark, await File.ReadAllTextAsync(Path.Combine(project, "Program.cs")), StringComparison.Ordinal);
        Assert.All(Repository.EnumerateFiles(project), file =>
            Assert.DoesNotContain("\n", File.ReadAllText(Path.Combine(project, file)).Replace("\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal));
        Assert.DoesNotContain("Other.cs", await repository.GetStatusAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_owner_has_deleted_does_not_come_back()
    {
        var project = await CopyDefaultAsync("update-deleted");
        Directory.Delete(Path.Combine(project, "DevConnectPage"), recursive: true);
        File.Delete(Path.Combine(project, "Tools", "WhoAmITool.cs"));
        var repository = await GitRepository.CreateAsync(project);
        var update = await RunAsync(project);

        Assert.True(update.ExitCode == 0, update.Text);
        Assert.False(Directory.Exists(Path.Combine(project, "DevConnectPage")));
        Assert.False(File.Exists(Path.Combine(project, "Tools", "WhoAmITool.cs")));
        Assert.Contains("  Tools/WhoAmITool.cs is deleted here and stays so, though 99.2.0 changes it.", update.Text, StringComparison.Ordinal);
        Assert.Contains("  DevConnectPage/NextVersion.cs is new, in a folder that is deleted here", update.Text, StringComparison.Ordinal);
        Assert.Contains("A  Hosting/NextVersion.cs", await repository.GetStatusAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_wiring_has_added_is_updated()
    {
        var (old, current, project) = (await WireAsync("old"), await WireAsync("new", "--provider", "entra"), await WireAsync("own"));
        await File.WriteAllTextAsync(Path.Combine(project, "My-App.csproj"), ProjectFile.Web);
        NextVersion.Edit(project, "appsettings.json", "{\n  \"OAuth\"", "{\n  \"Own\": \"setting\",\n  \"OAuth\"");
        NextVersion.Edit(project, "Scopes.cs", "McpTools", "OwnName");
        await GitRepository.CreateAsync(project);
        var update = await UpdateProgram.RunAsync(project, old, current, ["--provider", "entra", "--version", UpdateProgram.OldVersion]);
        var settings = await File.ReadAllTextAsync(Path.Combine(project, "appsettings.json"));

        Assert.True(update.ExitCode == 0, update.Text);
        Assert.Contains("azpacr", settings, StringComparison.Ordinal);
        Assert.Contains("\"Own\": \"setting\"", settings, StringComparison.Ordinal);
        Assert.Contains("OwnName", await File.ReadAllTextAsync(Path.Combine(project, "Scopes.cs")), StringComparison.Ordinal);
        Assert.Contains("Reference ModelContextProtocol.AspNetCore 2.4.0 or later: the project file is yours.", update.Text, StringComparison.Ordinal);
        Assert.Contains(update.Calls, call => call.Contains("--namespace=My_App", StringComparison.Ordinal) && call.Contains("--name=My-App", StringComparison.Ordinal));
    }

    private static async Task<string> WireAsync(string name, params string[] arguments)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Template.Sandbox, "update-wired-" + name)).FullName;
        string[] call = ["-n", "My-App", "--namespace", "My_App", "--no-packages", .. arguments];
        (await Wiring.WiredServers.WireInProcessAsync(folder, call)).ShouldSucceed();
        return folder;
    }

    private static async Task<(GeneratedProject Project, GitRepository Repository)> CreateOwnedAsync(string folder)
    {
        var project = await Template.CreateAsync(folder, "TodoServer");
        var repository = await GitRepository.CreateAsync(project.Directory);
        OwnEdits.Apply(project.Directory);
        await repository.CommitAsync("Own edits");
        return (project, repository);
    }

    private static async Task<string> CopyDefaultAsync(string folder)
    {
        var project = await Template.CreateAsync("update-default-made", "TodoServer");
        var copy = Path.Combine(Template.Sandbox, folder);
        UpdateProgram.CopyFolder(project.Directory, copy);
        return copy;
    }

    private static async Task AddProgramAsync(string folder) =>
        (await TemplateEngine.RunAsync(folder, "mcp-oauth-update", "-o", folder)).ShouldSucceed();

    private static async Task<UpdateResult> RunAsync(string project, params string[] arguments)
    {
        var old = await Template.CreateAsync("update-default-made", "TodoServer");
        return await UpdateProgram.RunAsync(project, old.Directory, await UpdateProgram.NewProjectAsync(), arguments);
    }

    private static async Task<UpdateResult> RunWithGitAsync(string project, string stopAt)
    {
        var folder = Repository.CreateEmptyDirectory("update-git");
        File.CreateSymbolicLink(Path.Combine(folder, "git"), UpdateProgram.GetFixture("git"));
        await File.WriteAllTextAsync(Path.Combine(folder, "number"), "0");
        var path = Environment.GetEnvironmentVariable("PATH")!;
        var git = path.Split(':').Select(place => Path.Combine(place, "git")).First(File.Exists);
        var old = await Template.CreateAsync("update-default-made", "TodoServer");
        return await UpdateProgram.RunAsync(
            project, old.Directory, await UpdateProgram.NewProjectAsync(), [], ("PATH", $"{folder}:{path}"), ("REAL_GIT", git),
            ("NUMBER", Path.Combine(folder, "number")), ("STOP_AT", stopAt));
    }

    private static async Task<int> CountGitCallsAsync(string project)
    {
        var update = await RunWithGitAsync(project, "never");
        Assert.True(update.ExitCode == 0, update.Text);
        return int.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Artifacts, "update-git", "number")), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<Dictionary<string, string>> ReadFilesAsync(GitRepository repository)
    {
        Assert.Equal("", await repository.GetStatusAsync());
        return repository.ReadAll().Where(file => !file.Key.StartsWith(".git/", StringComparison.Ordinal)).ToDictionary();
    }

    private static void SetVersions(string project, string jwt, string mcp)
    {
        NextVersion.Edit(project, "TodoServer.csproj", "JwtBearer\" Version=\"10.0.15\"", $"JwtBearer\" Version=\"{jwt}\"");
        NextVersion.Edit(project, "TodoServer.csproj", "AspNetCore\" Version=\"2.4.0\"", $"AspNetCore\" Version=\"{mcp}\"");
    }

    private static string WithoutVersions(string text) =>
        System.Text.RegularExpressions.Regex.Replace(text, "(<PackageReference [^>]*?) Version=\"[^\"]*\"", "$1");

    /// <summary>A file that is the owner's alone is as it was.</summary>
    private static async Task AssertOnlyTheTemplatesHaveChangedAsync(GitRepository repository)
    {
        string[] own = ["OwnHelper.cs", "Tools/OwnTools.cs", "Scopes.cs", "Authorization/ResourceUrl.cs", "Authorization/OAuthDefaults.cs"];
        var changes = (await repository.RunAsync("diff", "--staged", "--name-status", "-M")).Split('\n');

        Assert.All(own, file => Assert.Contains($"R100\t{file}\tsrc/TodoServer/{file}", changes));
        Assert.DoesNotContain(changes, change => change.EndsWith(".http", StringComparison.Ordinal));
        Assert.Equal("", await repository.RunAsync("diff", "--name-only"));
    }

    private static async Task AssertBuildsAndPassesAsync(string folder)
    {
        var build = (await Dotnet.BuildAsync(Path.Combine(folder, "TodoServer.slnx"))).ShouldSucceed();
        Assert.Empty(GeneratedProjects.ParseDiagnostics(build.Text));
        var tests = Path.Combine(folder, "tests/TodoServer.Tests/TodoServer.Tests.csproj");
        var results = (await TestRun.RunAsync("update-tests", new Dictionary<string, string> { ["update"] = tests }))["update"].ToArray();

        Assert.InRange(results.Length, 15, int.MaxValue);
        Assert.All(results, result => Assert.True(result.Outcome == "Passed", $"{result.Method}\n{result.Message}"));
    }
}
