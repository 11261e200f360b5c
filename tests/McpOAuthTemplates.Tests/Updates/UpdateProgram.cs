using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Updates;

/// <summary>update.cs, built once, and two versions of the package for it.</summary>
internal static class UpdateProgram
{
    private static readonly string s_artifacts = Repository.CreateEmptyDirectory("update-artifacts");
    private static readonly Lazy<Task<string>> s_built = new(BuildAsync);
    private static readonly Lazy<Task<string>> s_feed = new(CreateFeedAsync);
    private static readonly Lazy<Task<string>> s_newProject = new(CreateNewProjectAsync);

    /// <summary>The version of this repository, and one with changes in it.</summary>
    public static string OldVersion => ProjectRecord.ReadSource("mcp-oauth").Version;

    public const string NewVersion = "99.2.0";

    /// <summary>What the new version makes by default, with the fixed port of the tests.</summary>
    public static Task<string> NewProjectAsync() => s_newProject.Value;

    public static Task<string> FeedAsync() => s_feed.Value;

    /// <summary>
    /// Runs it in a project. The command dotnet hands out what was made before: that takes a tenth of the time, and a test says that
    /// the true one does the same.
    /// </summary>
    public static async Task<UpdateResult> RunAsync(
        string project, string old, string current, string[] arguments, params (string Name, string Value)[] environment)
    {
        var calls = Path.Combine(Repository.CreateEmptyDirectory("update-calls", Guid.NewGuid().ToString("N")), "calls");
        (string, string)[] stand =
        [
            ("DOTNET_HOST_PATH", GetFixture("dotnet")), ("FEED", await FeedAsync()), ("MADE_OLD", old), ("MADE_NEW", current),
            ("CALLS", calls),
        ];
        var result = await RunDotnetAsync(project, arguments, [.. stand, .. environment]);
        return new UpdateResult(result, File.Exists(calls) ? await File.ReadAllLinesAsync(calls) : []);
    }

    public static string GetFixture(string name) => Path.Combine(Repository.TestProject, "Fixtures", "Updates", name);

    /// <summary>Runs the built program as if it stood in the project.</summary>
    public static async Task<CommandResult> RunDotnetAsync(
        string project, string[] arguments, params (string Name, string Value)[] environment)
    {
        var assembly = await s_built.Value;
        var runtime = JsonNode.Parse(await File.ReadAllTextAsync(Path.ChangeExtension(assembly, ".runtimeconfig.json")))!;
        runtime["runtimeOptions"]!["configProperties"]!["EntryPointFileDirectoryPath"] = Path.Combine(project, ".mcp-oauth");
        var settings = Path.Combine(Repository.CreateEmptyDirectory("update-run", Guid.NewGuid().ToString("N")), "runtimeconfig.json");
        await File.WriteAllTextAsync(settings, runtime.ToJsonString());
        return await StartAsync(project, ["exec", "--runtimeconfig", settings, assembly, .. arguments], environment);
    }

    /// <summary>Runs the command dotnet, with git as it is for somebody who has set nothing.</summary>
    public static Task<CommandResult> StartAsync(
        string folder, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = Dotnet.CreateStartInfo(folder, Dotnet.Home, arguments);
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["XDG_DATA_HOME"] = s_artifacts;
        CompilerServer.Use(start);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Dotnet.RunAsync(start);
    }

    private static async Task<string> BuildAsync()
    {
        var output = Repository.CreateEmptyDirectory("update");
        var folder = Repository.CreateEmptyDirectory("update-source");
        ForeignSettingsTests.Write(folder);
        var source = Path.Combine(folder, ".mcp-oauth");
        CopyFolder(Path.Combine(Repository.Templates, "mcp-oauth-update", ".mcp-oauth"), source);
        var build = await StartAsync(source, ["build", "update.cs", "-o", output, "-tl:off"]);
        build.ShouldSucceed();
        Assert.Empty(GeneratedProjects.ParseDiagnostics(build.Text));
        return Path.Combine(output, "update.dll");
    }

    /// <summary>Both versions are packed from the tree of this repository; the new one with changes in it.</summary>
    private static async Task<string> CreateFeedAsync()
    {
        var feed = Repository.CreateEmptyDirectory("update-feed");
        var old = (await Package.PackedAsync()).Path;
        File.Copy(old, Path.Combine(feed, Path.GetFileName(old)));

        var tree = Repository.CreateEmptyDirectory("update-tree");
        CopyFolder(Repository.Templates, Path.Combine(tree, "templates"));
        foreach (var file in new[] { "McpOAuthTemplates.csproj", "README.md", "LICENSE" })
        {
            File.Copy(Path.Combine(Repository.Root, file), Path.Combine(tree, file));
        }

        NextVersion.Apply(Path.Combine(tree, "templates", "mcp-oauth"));
        var pack = await Dotnet.RunAsync(
            tree, "pack", "McpOAuthTemplates.csproj", "-o", feed, "-p:Version=" + NewVersion, "-tl:off");
        pack.ShouldSucceed();
        return feed;
    }

    private static async Task<string> CreateNewProjectAsync()
    {
        var hive = Repository.CreateEmptyDirectory("update-hive");
        var folder = Path.Combine(Template.Sandbox, "update-new");
        string[] settings = ["--debug:custom-hive", hive];
        var package = Path.Combine(await FeedAsync(), $"McpOAuthTemplates.{NewVersion}.nupkg");
        (await Dotnet.RunAsync(Template.Sandbox, ["new", "install", package, .. settings])).ShouldSucceed();
        string[] call = Template.GetArguments("TodoServer", folder, []);
        (await Dotnet.RunAsync(Template.Sandbox, ["new", .. call, .. settings])).ShouldSucceed();
        return folder;
    }

    public static void CopyFolder(string source, string target)
    {
        var files = Repository.EnumerateFiles(source).Where(file => !file.Split('/').Any(part => part is "bin" or "obj" or ".git"));
        foreach (var file in files)
        {
            var copy = Path.Combine(target, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine(source, file), copy);
        }
    }
}

internal sealed record UpdateResult(CommandResult Command, IReadOnlyList<string> Calls)
{
    public int ExitCode => Command.ExitCode;

    public string Text => Command.Text;
}

/// <summary>What a later version could change: code, settings, and files that come, go and get another name.</summary>
internal static class NextVersion
{
    public const string Mark = "Of the next version.";

    public static void Apply(string template)
    {
        Edit(template, "Authorization/OAuthOptions.cs", "namespace McpOAuthServer.Authorization;\n", $"namespace McpOAuthServer.Authorization;\n\n// {Mark}\n");
        Edit(template, "Authorization/IssuerKeys.cs", "namespace McpOAuthServer.Authorization;\n", $"namespace McpOAuthServer.Authorization;\n\n// {Mark}\n");
        Edit(template, "Tools/WhoAmITool.cs", "namespace McpOAuthServer.Tools;\n", $"namespace McpOAuthServer.Tools;\n\n// {Mark}\n");
        Edit(template, "Program.cs", ".WithHttpTransport()", $".WithHttpTransport() // {Mark}");
        Edit(template, "appsettings.json", "\"RequestsPerMinute\": 300", "\"RequestsPerMinute\": 299");
        File.Move(Path.Combine(template, "Hosting/LogText.cs"), Path.Combine(template, "Hosting/LogWords.cs"));
        File.WriteAllText(
            Path.Combine(template, "DevConnectPage/NextVersion.cs"),
            $"#if DEBUG\nnamespace McpOAuthServer.DevConnectPage;\n\n// {Mark}\ninternal static class NextVersion;\n#endif\n");
        File.WriteAllText(
            Path.Combine(template, "Hosting/NextVersion.cs"),
            $"namespace McpOAuthServer.Hosting;\n\n// {Mark}\ninternal static class NextVersion;\n");
    }

    public static void Edit(string folder, string file, string before, string after)
    {
        var path = Path.Combine(folder, file);
        var text = File.ReadAllText(path);
        Assert.Contains(before, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(before, after, StringComparison.Ordinal));
    }
}
