using System.Globalization;
using System.Runtime;

namespace McpOAuthTemplates.Benchmarks;

/// <summary>What the runtime of a process has done since it was started.</summary>
internal sealed record RuntimeCounters(
    long AllocatedBytes, long CompiledMethods, long LoadedAssemblies)
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

        var numbers = line[Prefix.Length..].Split(' ');
        var values = Array.ConvertAll(numbers, number => long.Parse(number, CultureInfo.InvariantCulture));
        return new(values[0], values[1], values[2]);
    }

    public string Format()
    {
        long[] values = [AllocatedBytes, CompiledMethods, LoadedAssemblies];
        return Prefix + string.Join(' ', values);
    }
}
