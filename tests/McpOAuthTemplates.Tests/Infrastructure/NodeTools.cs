using System.Diagnostics;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>Node and the programs of tests/node, which "npm ci" puts there. Tests that need them are skipped without.</summary>
internal static class NodeTools
{
    /// <summary>The folder of package.json. Only scripts in it find the packages.</summary>
    public static string Directory { get; } = Path.Combine(Repository.Root, "tests", "node");

    private static string Modules { get; } = Path.Combine(Directory, "node_modules");

    // On Linux, Node itself is one of the packages.
    private static string Program { get; } = Path.Combine(Modules, ".bin", "node") is var own && File.Exists(own) ? own : "node";

    /// <summary>Why nothing can be run, or null.</summary>
    public static string? SkipReason { get; } = FindSkipReason();

    /// <summary>A file of a package, such as ("mcp-remote", "dist", "proxy.js").</summary>
    public static string GetModule(params string[] path) => Path.Combine([Modules, .. path]);

    /// <summary>What starts a script: a file of tests/node, by its name, or of a package, by its path.</summary>
    public static ProcessStartInfo CreateStartInfo(string script, params string[] arguments)
    {
        var start = LoggedProcess.CreateStartInfo(Directory, Program, [Path.Combine(Directory, script), .. arguments]);
        start.Environment["NO_COLOR"] = "1";
        start.Environment.Remove("NODE_OPTIONS");
        return start;
    }

    public static LoggedProcess Start(string script, params string[] arguments) =>
        LoggedProcess.Start(CreateStartInfo(script, arguments));

    private static string? FindSkipReason()
    {
        if (!File.Exists(GetModule(".package-lock.json")))
        {
            return "The packages of tests/node are missing: npm ci --prefix tests/node";
        }

        try
        {
            using var process = Process.Start(new ProcessStartInfo(Program, "--version") { RedirectStandardOutput = true })!;
            var version = process.StandardOutput.ReadToEnd().Trim();
            return Version.TryParse(version.TrimStart('v'), out var parsed) && parsed.Major >= 24
                ? null
                : $"Node 24 or later is needed, not {version}.";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "Node is missing.";
        }
    }
}
