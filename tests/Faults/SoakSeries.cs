namespace McpOAuthTemplates.Faults;

/// <summary>A figure of the soak over time, which must not grow.</summary>
internal sealed record SoakSeries(string Name, string Unit, double Factor, double Tolerance)
{
    private readonly List<double> _values = [];

    public double Last => _values[^1];

    /// <summary>The median of the second quarter: the first is for warming up.</summary>
    public double Start { get; private set; }

    /// <summary>The median of the last quarter.</summary>
    public double End { get; private set; }

    /// <summary>The last quarter may have this median at most.</summary>
    public double Limit => (Start * Factor) + Tolerance;

    public bool IsFlat => End <= Limit;

    public void Add(double value) => _values.Add(value);

    public void Evaluate()
    {
        var quarter = _values.Count / 4;
        Start = GetMedian(_values.Skip(quarter).Take(quarter));
        End = GetMedian(_values.TakeLast(quarter));
    }

    private static double GetMedian(IEnumerable<double> values) => GetQuantile(values, 0.5);

    public static double GetQuantile(IEnumerable<double> values, double quantile)
    {
        var sorted = values.Order().ToArray();
        return sorted[(int)(quantile * (sorted.Length - 1))];
    }
}
