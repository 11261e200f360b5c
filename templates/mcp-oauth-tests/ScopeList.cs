namespace McpOAuthServer.Tests;

/// <summary>What Scopes.cs says. The types of the server are internal, so it is found by name.</summary>
internal static class ScopeList
{
    private static readonly Type s_scopes = typeof(Program).Assembly.GetTypes().Single(type => type.Name == "Scopes");

    public static IReadOnlyList<string> All { get; } = (IReadOnlyList<string>)s_scopes.GetProperty("All")!.GetValue(null)!;

    private static IReadOnlyDictionary<string, string[]> Implied { get; } =
        (IReadOnlyDictionary<string, string[]>)s_scopes.GetProperty("Implied")!.GetValue(null)!;

    /// <summary>Whether a token with these scopes may do what requires those, directly or by what its scopes include.</summary>
    public static bool Cover(IEnumerable<string> granted, IEnumerable<string> required)
    {
        var all = granted.ToList();
        for (var i = 0; i < all.Count; i++)
        {
            all.AddRange(Implied.GetValueOrDefault(all[i], []).Except(all));
        }

        return required.All(all.Contains);
    }
}
