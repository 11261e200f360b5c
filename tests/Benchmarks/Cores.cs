namespace McpOAuthTemplates.Benchmarks;

/// <summary>Keeps the load and the server apart, where the machine lets us.</summary>
internal static class Cores
{
    public static bool CanPin { get; } = OperatingSystem.IsLinux() && Environment.ProcessorCount > 1 && File.Exists("/usr/bin/taskset");

    /// <summary>Moves this process to the second core.</summary>
    public static void PinLoad()
    {
        if (CanPin)
        {
#pragma warning disable CA1416 // Linux is checked above.
            System.Diagnostics.Process.GetCurrentProcess().ProcessorAffinity = 2;
#pragma warning restore CA1416
        }
    }
}
