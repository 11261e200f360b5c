using System.Diagnostics;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>
/// One compiler for all builds of the tests: a new one would have to warm up for each. It is a child of this process and ends with it;
/// should this process be killed, it ends by itself when nobody has asked it for ten minutes.
/// </summary>
internal static class CompilerServer
{
    private static readonly string s_assembly = Path.Combine(TemplateEngine.Sdk, "Roslyn", "bincore", "VBCSCompiler.dll");
    private static readonly string s_pipe = "McpOAuthTemplates-" + Environment.ProcessId;
    private static readonly Lock s_lock = new();
    private static Process? s_process;

    static CompilerServer() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Stop();

    /// <summary>Lets what is started, and all that it starts, compile here.</summary>
    public static ProcessStartInfo Use(ProcessStartInfo start)
    {
        lock (s_lock)
        {
            if (s_process is null or { HasExited: true })
            {
                s_process = Start();
            }
        }

        // Properties of MSBuild.
        start.Environment["UseSharedCompilation"] = "true";
        start.Environment["SharedCompilationId"] = s_pipe;
        return start;
    }

    private static Process Start()
    {
        var start = Dotnet.CreateStartInfo(
            Repository.Artifacts, Dotnet.Home, ["exec", s_assembly, "-pipename:" + s_pipe]);
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_GCgen0size"] = "0x8000000"; // Fewer collections: a tenth of its time.
        start.Environment.Remove("DOTNET_TC_CallCountingDelayMs"); // It runs for minutes.
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static void Stop()
    {
        lock (s_lock)
        {
            if (s_process is { HasExited: false })
            {
                s_process.Kill();
            }
        }
    }
}
