namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>Command lines, run as a workflow of GitHub runs them on Linux.</summary>
internal static class Shell
{
    public static Task<CommandResult> RunAsync(string workingDirectory, string command, params (string Name, string Value)[] variables)
    {
        var start = Dotnet.CreateStartInfo(workingDirectory, Dotnet.Home, ["-e", "-c", command]);
        start.FileName = "bash";
        CompilerServer.Use(start);
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        return Dotnet.RunAsync(start);
    }
}
