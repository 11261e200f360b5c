using System.Globalization;
using System.Runtime;

namespace McpOAuthTemplates.Benchmarks;

/// <summary>What the runtime of a process has done since it was started.</summary>
internal sealed record RuntimeCounters(long AllocatedBytes, long CompiledMethods, long LoadedAssemblies)
{
    private const string Prefix = "counters:";

    public static RuntimeCounters ReadOwn() => new(
        GC.GetTotalAllocatedBytes(precise: true),
        JitInfo.GetCompiledMethodCount(currentThread: false),
        AppDomain.CurrentDomain.GetAssemblies().Length);

    public static RuntimeCounters? Parse(string? line)
    {
        if (line?.StartsWith(Prefix, StringComparison.Ordinal) is not true)
        {
            return null;
        }

        long[] values = [.. line[Prefix.Length..].Split(' ').Select(value => long.Parse(value, CultureInfo.InvariantCulture))];
        return new(values[0], values[1], values[2]);
    }

    public string Format() =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{AllocatedBytes} {CompiledMethods} {LoadedAssemblies}");
}
