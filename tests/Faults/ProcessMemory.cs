using System.Globalization;

namespace McpOAuthTemplates.Faults;

/// <summary>The resident memory of a process, as Linux tells it, in megabytes.</summary>
internal sealed class ProcessMemory
{
    private readonly string _folder;

    /// <summary>Begins to look for the peak.</summary>
    public ProcessMemory(int processId)
    {
        _folder = $"/proc/{processId}";
        File.WriteAllText(Path.Combine(_folder, "clear_refs"), "5");
        Before = Read("VmRSS:");
    }

    public double Before { get; }

    public double Peak { get; private set; }

    public double After { get; private set; }

    /// <summary>Takes the last figures, unless the process has ended.</summary>
    public void Finish()
    {
        if (Directory.Exists(_folder))
        {
            Peak = GetPeak();
            After = GetCurrent();
        }
    }

    public double GetPeak() => Read("VmHWM:");

    public double GetCurrent() => Read("VmRSS:");

    private double Read(string name)
    {
        var lines = File.ReadLines(Path.Combine(_folder, "status"));
        var line = lines.Single(line => line.StartsWith(name, StringComparison.Ordinal));
        var kilobytes = line[name.Length..].Replace("kB", "", StringComparison.Ordinal);
        return double.Parse(kilobytes, CultureInfo.InvariantCulture) / 1024;
    }
}
