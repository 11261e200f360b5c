using System.Globalization;

namespace McpOAuthTemplates.Benchmarks;

/// <summary>The values of several rounds.</summary>
internal sealed class Sample
{
    private readonly List<double> _values = [];

    public double Median => GetQuantile(0.5);

    public void Add(double value) => _values.Add(value);

    /// <summary>The median, with the quartiles in brackets.</summary>
    public string ToString(string format)
    {
        return _values.Count == 0 ? "-" : $"{Format(0.5)} ({Format(0.25)} to {Format(0.75)})";

        string Format(double quantile) => GetQuantile(quantile).ToString(format, CultureInfo.InvariantCulture);
    }

    private double GetQuantile(double quantile)
    {
        var sorted = _values.Order().ToArray();
        var position = quantile * (sorted.Length - 1);
        var below = sorted[(int)position];
        return below + ((position - (int)position) * (sorted[Math.Min((int)position + 1, sorted.Length - 1)] - below));
    }
}
