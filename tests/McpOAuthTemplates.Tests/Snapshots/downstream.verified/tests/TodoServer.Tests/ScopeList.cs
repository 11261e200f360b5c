namespace TodoServer.Tests;

/// <summary>
/// The scopes from Scopes.cs. The types of the server are internal, so they are found by name.
/// </summary>
internal static class ScopeList
{
    public static IReadOnlyList<string> All { get; } = Get<IReadOnlyList<string>>("All");

    private static IReadOnlyDictionary<string, string[]> Implied { get; } =
        Get<IReadOnlyDictionary<string, string[]>>("Implied");

    /// <summary>[RequireScope] with all these scopes.</summary>
    public static object Require(IReadOnlyList<string> scopes)
    {
        string[] more = [.. scopes.Skip(1)];
        return Activator.CreateInstance(FindType("RequireScopeAttribute"), scopes[0], more)!;
    }

    /// <summary>
    /// Whether a token with the granted scopes may do what requires the others, also by the scopes
    /// that they include.
    /// </summary>
    public static bool Cover(IEnumerable<string> granted, IEnumerable<string> required)
    {
        var all = granted.ToList();
        for (var i = 0; i < all.Count; i++)
        {
            all.AddRange(Implied.GetValueOrDefault(all[i], []).Except(all));
        }

        return required.All(all.Contains);
    }

    private static T Get<T>(string property) =>
        (T)FindType("Scopes").GetProperty(property)!.GetValue(null)!;

    private static Type FindType(string name) =>
        ServerHost.EntryPoint.Assembly.GetTypes().Single(type => type.Name == name);
}
