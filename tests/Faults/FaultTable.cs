using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace McpOAuthTemplates.Faults;

/// <summary>The rows of a run, as the Markdown table of .github/faults.md.</summary>
internal sealed partial class FaultTable(FaultServer server)
{
    private readonly StringBuilder _rows = new();

    public void Add(Fault fault, FaultRun run)
    {
        var figures = run.Figures;
        string[] cells =
        [
            fault.Name,
            fault.MustHold,
            Format(figures.Sent),
            Format(figures.Count(Answer.Lost)),
            Format(figures.Count(Answer.ToldToWait)),
            Format(figures.Count(Answer.Wrong)),
            FormatTime(run.TimeToHeal),
            FormatMemory(run.Memory),
            Format(run.LogLength / 1024.0),
            run.Remark,
        ];
        _rows.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        # Faults

        What the generated server does when something around it fails. This file is written by `dotnet run -c Release --project tests/Faults`,
        which fails when a sentence of the table does not hold.

        {DateTime.UtcNow:yyyy-MM-dd}. {DescribeMachine()}. {RuntimeInformation.FrameworkDescription}, ModelContextProtocol.AspNetCore {FindSdkVersion()}.

        | fault | what must hold | sent | lost | told to wait | wrong | time to heal | memory before / peak / after, MB | log, KB | remark |
        |---|---|---:|---:|---:|---:|---:|---:|---:|---|
        {_rows}
        - Sent: requests to the server, those of users, of strangers and of whoever makes the fault.
        - Lost: no answer, or one that is no use. Told to wait: 503 or 429 with Retry-After.
        - Wrong: success for a token that must not pass, 401 or 403 for one that must, or the data of another user.
        - Time to heal: from the end of the fault until users are served as before; of several times, the longest.
        - Memory: the resident set of the process that bears the fault; before it, at its height, and at its end.
        - Log: all that the server has written in the run.

        The server is a Release build, in the environment Development because the issuer of the tests has no https, with the levels of logging
        of production. Server, issuer and load share the machine.

        """);

    public static string DescribeMachine()
    {
        var gigabytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSArchitecture}, {gigabytes:F0} GB");
    }

    private string FindSdkVersion()
    {
        var project = File.ReadAllText(server.Project.ProjectFile);
        return SdkVersion.Match(project).Groups["version"].Value;
    }

    private static string Format(double number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string FormatTime(TimeSpan? time)
    {
        if (time is null)
        {
            return "-";
        }

        return time.Value.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture) + " s";
    }

    private static string FormatMemory(ProcessMemory? memory)
    {
        if (memory is null)
        {
            return "-";
        }

        return $"{Format(memory.Before)} / {Format(memory.Peak)} / {Format(memory.After)}";
    }

    [GeneratedRegex("\"ModelContextProtocol.AspNetCore\" Version=\"(?<version>[^\"]*)\"")]
    private static partial Regex SdkVersion { get; }
}
