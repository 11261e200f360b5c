using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Verify;

/// <summary>The verify.cs of a generated project, built once for all tests.</summary>
internal static class VerifyProgram
{
    /// <summary>The sources of the URL besides the settings: those of the developer must not count.</summary>
    private static readonly string[] s_variables = ["OAUTH__RESOURCE", "RESOURCE_ID", "SERVER_URL", "PUBLIC_URL"];

    private static readonly Lazy<Task<string>> s_built = new(BuildAsync);

    // Where dotnet keeps what it builds of single files.
    private static readonly string s_artifacts = Repository.CreateEmptyDirectory("verify-artifacts");

    /// <summary>Runs the built program, with --json, without a terminal.</summary>
    public static Task<VerifyResult> RunAsync(params string[] arguments) => RunAsync(null, [], [.. arguments, "--json"]);

    /// <summary>Runs the built program, as if it stood in the folder, and does at the sign-in what a person does.</summary>
    public static async Task<VerifyResult> RunAsync(
        string? folder,
        (string Name, string Value)[] environment,
        string[] arguments,
        Func<Uri, Task>? signIn = null,
        int signIns = 1)
    {
        var assembly = await s_built.Value;
        var settings = Path.ChangeExtension(assembly, ".runtimeconfig.json");
        if (folder is not null)
        {
            var runtime = JsonNode.Parse(await File.ReadAllTextAsync(settings))!;
            runtime["runtimeOptions"]!["configProperties"]!["EntryPointFileDirectoryPath"] = folder;
            settings = Path.Combine(folder, "verify.runtimeconfig.json");
            await File.WriteAllTextAsync(settings, runtime.ToJsonString());
        }

        return await RunDotnetAsync(
            Repository.Artifacts, environment, ["exec", "--runtimeconfig", settings, assembly, .. arguments], signIn, signIns);
    }

    /// <summary>Runs dotnet itself, with its own folder for what it builds of single files.</summary>
    public static async Task<VerifyResult> RunDotnetAsync(
        string workingDirectory,
        (string Name, string Value)[] environment,
        string[] arguments,
        Func<Uri, Task>? signIn = null,
        int signIns = 1)
    {
        var start = Dotnet.CreateStartInfo(workingDirectory, Dotnet.Home, arguments);
        start.Environment["XDG_DATA_HOME"] = s_artifacts;
        CompilerServer.Use(start);
        foreach (var name in s_variables)
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        if (signIn is null)
        {
            return new VerifyResult(await Dotnet.RunAsync(start));
        }

        await using var program = LoggedProcess.Start(start);
        for (var number = 1; number <= signIns; number++)
        {
            await signIn(new Uri(await program.WaitForAsync("  Sign in at ", number)));
        }

        var ended = await program.WaitForExitAsync();
        return new VerifyResult(ended with { Output = ended.Output[ended.Output.IndexOf('{', StringComparison.Ordinal)..] });
    }

    private static async Task<string> BuildAsync()
    {
        var project = await Template.CreateAsync(Variants.Default);
        var folder = Repository.CreateEmptyDirectory("verify");
        var built = await RunDotnetAsync(project.Directory, [], ["build", "verify.cs", "-o", folder, "-tl:off"]);
        built.Command.ShouldSucceed();
        Assert.Empty(GeneratedProjects.ParseDiagnostics(built.Command.Text));
        return Path.Combine(folder, "verify.dll");
    }
}

internal sealed record VerifyResult(CommandResult Command)
{
    private readonly Lazy<JsonNode> _json = new(() => JsonNode.Parse(Command.Output)!);

    public int ExitCode => Command.ExitCode;

    public JsonNode Json => _json.Value;

    /// <summary>The checks by their ids. Each is there once.</summary>
    public Dictionary<string, JsonObject> Checks =>
        Json["checks"]!.AsArray().ToDictionary(check => (string)check!["id"]!, check => check!.AsObject());

    public string[] Failed => GetIds("failed");

    public string[] Warnings => GetIds("warning");

    public string Text(string check) => (string)Checks[check]["text"]!;

    public string Cure(string check) => (string)Checks[check]["cure"]!;

    private string[] GetIds(string status) =>
        [.. Checks.Where(check => (string)check.Value["status"]! == status).Select(check => check.Key)];
}
