namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>PowerShell: the .NET tool that .ci/run installs, or the one on the path. Tests that need it are skipped without.</summary>
internal static class PowerShell
{
    private static readonly string? s_program = FindProgram();

    /// <summary>Why nothing can be run, or null.</summary>
    public static string? SkipReason { get; } = s_program is null
        ? "PowerShell is missing: dotnet tool install PowerShell --version 7.6.9 --tool-path artifacts/tools"
        : null;

    /// <summary>What runs the command as a user does who types it. An error of any of its lines ends it.</summary>
    public static string[] GetCommandLine(string command) =>
    [
        s_program!, "-NoProfile", "-NonInteractive", "-Command",
        "$ErrorActionPreference = 'Stop'; $PSNativeCommandUseErrorActionPreference = $true\n" + command,
    ];

    private static string? FindProgram()
    {
        var name = OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh";
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return path.Split(Path.PathSeparator)
            .Prepend(Path.Combine(Repository.Root, "artifacts", "tools"))
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }
}
