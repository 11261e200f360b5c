using System.Diagnostics;
using System.Globalization;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Faults;

/// <summary>The command line: all rows, some of them, or the soak.</summary>
internal static class FaultCommand
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private const string Usage = """
                               all rows; writes .github/faults.md
        NAME...                these rows only
        list                   their names
        soak [--minutes 60]    many users for a long time; writes .github/soak.md
        """;

    /// <summary>The exit code: not 0 if something did not hold.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (!OperatingSystem.IsLinux())
        {
            Console.Error.WriteLine("Signals and memory are those of Linux: run it there.");
            return 2;
        }

        switch (args)
        {
            case []:
                return await RunAllAsync();

            case ["list"]:
                Console.WriteLine(string.Join('\n', Fault.All.Select(fault => fault.Name)));
                return 0;

            case ["soak"]:
                return await RunSoakAsync(minutes: 60);

            case ["soak", "--minutes", var minutes]:
                return await RunSoakAsync(double.Parse(minutes, CultureInfo.InvariantCulture));

            case var names when names.All(name => Fault.All.Any(fault => fault.Name == name)):
                return await RunSomeAsync(names);

            default:
                Console.Error.WriteLine(Usage);
                return 2;
        }
    }

    /// <summary>Tries a row. Returns what did not hold.</summary>
    public static async Task<IReadOnlyList<string>> TryAsync(Fault fault, FaultServer server, FaultTable table)
    {
        await using var run = new FaultRun(server);
        try
        {
            await fault.TryAsync(run).WaitAsync(s_patience);
        }
        catch (Exception exception)
        {
            run.Require(false, $"{exception.GetType().Name}: {exception.Message}");
        }

        run.TakeMemory();
        table.Add(fault, run);
        var failures = run.Failures.ToArray();
        if (failures.Length == 0)
        {
            return [];
        }

        return [.. failures, .. run.Figures.Examples];
    }

    private static async Task<int> RunAllAsync()
    {
        var server = await FaultServer.BuildAsync();
        var table = new FaultTable(server);
        var hold = await TryAllAsync(Fault.All, server, table);
        await WriteAsync("faults.md", table.ToString());
        return hold ? 0 : 1;
    }

    private static async Task<int> RunSomeAsync(string[] names)
    {
        var server = await FaultServer.BuildAsync();
        var table = new FaultTable(server);
        var rows = Fault.All.Where(fault => names.Contains(fault.Name));
        var hold = await TryAllAsync(rows, server, table);
        Console.WriteLine(table);
        return hold ? 0 : 1;
    }

    private static Task WriteAsync(string file, string text) =>
        File.WriteAllTextAsync(Path.Combine(Repository.Root, ".github", file), text);

    private static async Task<bool> TryAllAsync(IEnumerable<Fault> faults, FaultServer server, FaultTable table)
    {
        var hold = true;
        foreach (var fault in faults)
        {
            var watch = Stopwatch.StartNew();
            var failures = await TryAsync(fault, server, table);
            Console.WriteLine($"{fault.Name}: {watch.Elapsed.TotalSeconds:F0} s");
            foreach (var failure in failures)
            {
                Console.WriteLine($"  {failure}");
                hold = false;
            }
        }

        return hold;
    }

    private static async Task<int> RunSoakAsync(double minutes)
    {
        await using var soak = new Soak(await FaultServer.BuildWithMemoryToolAsync(), TimeSpan.FromMinutes(minutes));
        var failures = await soak.RunAsync();
        await WriteAsync("soak.md", soak.ToString());
        Console.WriteLine(soak);
        foreach (var failure in failures)
        {
            Console.WriteLine($"  {failure}");
        }

        return failures.Count == 0 ? 0 : 1;
    }
}
