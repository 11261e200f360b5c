namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>
/// Few rows that hold every pair of values of any two options: most faults need no more than two options to show, and all combinations
/// would be thousands.
/// </summary>
internal static class Pairwise
{
    /// <summary>
    /// Fills row after row with the values that cover most of the pairs that are still missing. There is no chance in it: the same
    /// options always give the same rows.
    /// </summary>
    /// <param name="options">For each option its values.</param>
    /// <param name="canMeet">Whether two values may stand in one row.</param>
    public static IReadOnlyList<string[]> Cover(string[][] options, Func<string, string, bool> canMeet)
    {
        List<string[]> rows = [];
        var missing = GetPairs(options, canMeet).ToHashSet();
        while (missing.Count > 0)
        {
            var first = missing.First();
            var row = new string?[options.Length];
            (row[first.Option], row[first.OtherOption]) = (first.Value, first.OtherValue);
            foreach (var option in Enumerable.Range(0, options.Length).Where(option => row[option] is null))
            {
                row[option] = options[option]
                    .Where(value => row.All(other => other is null || canMeet(value, other)))
                    .OrderByDescending(value => GetPairs(row, option, value).Count(missing.Contains))
                    .ThenBy(value => rows.Count(other => other[option] == value))
                    .First();
            }

            rows.Add(row!);
            missing.ExceptWith(Enumerable.Range(0, options.Length).SelectMany(option => GetPairs(row, option, row[option]!)));
        }

        return rows;
    }

    /// <summary>All pairs that rows have to hold.</summary>
    public static IEnumerable<Pair> GetPairs(string[][] options, Func<string, string, bool> canMeet) =>
        from option in Enumerable.Range(0, options.Length)
        from otherOption in Enumerable.Range(option + 1, options.Length - option - 1)
        from value in options[option]
        from otherValue in options[otherOption]
        where canMeet(value, otherValue)
        select new Pair(option, value, otherOption, otherValue);

    private static IEnumerable<Pair> GetPairs(string?[] row, int option, string value) =>
        from other in row.Index()
        where other.Item is not null && other.Index != option
        select other.Index < option
            ? new Pair(other.Index, other.Item, option, value)
            : new Pair(option, value, other.Index, other.Item);

    internal sealed record Pair(int Option, string Value, int OtherOption, string OtherValue);
}
