using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace McpOAuthTemplates.Benchmarks;

/// <summary>The rows that a run has measured, as the Markdown table of .github/speed.md.</summary>
internal sealed class Report
{
    private readonly StringBuilder _rows = new();

    public void Add(string measure, string comparedWith, string value)
    {
        Console.WriteLine($"{measure}; {comparedWith}: {value}");
        _rows.Append(CultureInfo.InvariantCulture, $"| {measure} | {comparedWith} | {value} |\n");
    }

    /// <summary>Replaces what stands between two lines of a file: how it was measured, and the table.</summary>
    public void Save(string file)
    {
        var text = File.ReadAllText(file);
        const string Before = "<details><summary>All ratios</summary>\n\n";
        const string After = "\n</details>";
        var start = text.IndexOf(Before, StringComparison.Ordinal) + Before.Length;
        var end = text.IndexOf(After, start, StringComparison.Ordinal);
        File.WriteAllText(file, text[..start] + this + text[end..]);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        {DateTime.UtcNow:yyyy-MM-dd}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSArchitecture}, {RuntimeInformation.FrameworkDescription}, load {GetLoad()}. Median (quartiles) of rounds in which each has its turn.

        | measure | compared with | value |
        |---|---|---|
        {_rows}
        """);

    private static string GetLoad() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
