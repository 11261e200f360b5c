using System.Diagnostics;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>The dotnet command with a home of the tests' own, so that they never touch the templates of the developer.</summary>
internal static class Dotnet
{
    private static readonly SemaphoreSlim s_oneBuildAtATime = new(1);

    public static string Home { get; } = Repository.CreateEmptyDirectory("home");

    /// <summary>Whether programs run with the settings that their users have, as a measurement needs it.</summary>
    public static bool IsMeasured { get; set; }

    public static Task<CommandResult> RunAsync(string workingDirectory, params string[] arguments) =>
        RunAsync(workingDirectory, Home, arguments);

    public static Task<CommandResult> RunAsync(string workingDirectory, string home, string[] arguments) =>
        RunAsync(CreateStartInfo(workingDirectory, home, arguments));

    public static async Task<CommandResult> RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
        var error = process.StandardError.ReadToEndAsync(timeout.Token);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
            var command = $"{start.FileName} {string.Join(' ', start.ArgumentList)}";
            return new CommandResult(command, process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>Builds a project or solution.</summary>
    public static Task<CommandResult> BuildAsync(string path, params string[] arguments) => CompileAsync("build", path, arguments);

    /// <summary>Publishes a project, and builds it before.</summary>
    public static Task<CommandResult> PublishAsync(string path, params string[] arguments) => CompileAsync("publish", path, arguments);

    private static async Task<CommandResult> CompileAsync(string command, string path, string[] arguments)
    {
        await s_oneBuildAtATime.WaitAsync();
        try
        {
            return await RunAsync(CompilerServer.Use(
                CreateStartInfo(Path.GetDirectoryName(path)!, Home, [command, path, "-tl:off", .. arguments])));
        }
        finally
        {
            s_oneBuildAtATime.Release();
        }
    }

    public static ProcessStartInfo CreateStartInfo(string workingDirectory, string home, IEnumerable<string> arguments)
    {
        var start = LoggedProcess.CreateStartInfo(workingDirectory, "dotnet", arguments);
        start.Environment["DOTNET_CLI_HOME"] = home;
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false";
        start.Environment["DOTNET_NOLOGO"] = "1";

        if (!IsMeasured)
        {
            // What makes code faster in minutes does not pay in seconds.
            start.Environment["DOTNET_TieredPGO"] = "0";
            start.Environment["DOTNET_TC_CallCountingDelayMs"] = "2000";
            start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        }

        // What the test host sets for itself must not reach the programs under test.
        foreach (var name in start.Environment.Keys.Where(IsForTestHost).ToArray())
        {
            start.Environment.Remove(name);
        }

        return start;
    }

    private static bool IsForTestHost(string name) =>
        name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) && name != "MSBUILDDISABLENODEREUSE"
        || name.StartsWith("ASPNETCORE_", StringComparison.Ordinal)
        || name.StartsWith("OAuth__", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("OTEL_", StringComparison.Ordinal)
        || name is "DOTNET_ENVIRONMENT" or "VSTEST_CONNECTION_TIMEOUT";
}

internal sealed record CommandResult(string Command, int ExitCode, string Output, string Error)
{
    /// <summary>All that was printed, for messages and for checks that do not care where it was printed.</summary>
    public string Text => Output + Error;

    public CommandResult ShouldSucceed()
    {
        Assert.True(ExitCode == 0, $"{Command}\nexit code {ExitCode}\n{Text}");
        return this;
    }
}
