namespace McpOAuthTemplates.Faults;

/// <summary>A figure of the soak over time, which must not grow.</summary>
internal sealed record SoakSeries(string Name, string Unit, double Factor, double Tolerance)
{
    private readonly List<double> _values = [];

    public double Last => _values[^1];

    /// <summary>The median of the first third after the warm-up.</summary>
    public double Start { get; private set; }

    /// <summary>The median of the last third.</summary>
    public double End { get; private set; }

    /// <summary>The last third may have this median at most.</summary>
    public double Limit => (Start * Factor) + Tolerance;

    public bool IsFlat => End <= Limit;

    public void Add(double value) => _values.Add(value);

    /// <summary>Compares the thirds of all but the first values.</summary>
    public void Evaluate(int warmUp)
    {
        var third = (_values.Count - warmUp) / 3;
        Start = GetMedian(_values.Skip(warmUp).Take(third));
        End = GetMedian(_values.TakeLast(third));
    }

    private static double GetMedian(IEnumerable<double> values) => GetQuantile(values, 0.5);

    public static double GetQuantile(IEnumerable<double> values, double quantile)
    {
        var sorted = values.Order().ToArray();
        return sorted[(int)(quantile * (sorted.Length - 1))];
    }
}
