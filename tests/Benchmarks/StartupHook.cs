using McpOAuthTemplates.Benchmarks;

/// <summary>
/// Runs in a server before its own code, if DOTNET_STARTUP_HOOKS names this assembly: answers each
/// line of the standard input with the counters of its runtime. The runtime finds it by its name,
/// outside any namespace.
/// </summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        var thread = new Thread(AnswerLines) { IsBackground = true };
        thread.Start();
    }

    private static void AnswerLines()
    {
        while (Console.In.ReadLine() is not null)
        {
            Console.Out.WriteLine(RuntimeCounters.ReadOwn().Format());
        }
    }
}
