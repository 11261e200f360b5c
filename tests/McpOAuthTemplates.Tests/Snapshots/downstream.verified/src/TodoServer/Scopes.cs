using System.ComponentModel;

namespace TodoServer;

/// <summary>
/// The OAuth scopes of this server. To add one, add a constant, and add it to <see cref="All"/>;
/// then <c>[RequireScope]</c> can require it. Users see its description before they allow it.
/// </summary>
internal static class Scopes
{
    [Description("See your todos.")]
    public const string TodoRead = "todo:read";

    [Description("Add todos and complete them.")]
    public const string TodoWrite = "todo:write";

    /// <summary>The scopes in the metadata, which clients request when they sign in.</summary>
    public static IReadOnlyList<string> All { get; } = [TodoRead, TodoWrite];

    /// <summary>
    /// Broad scopes and the narrower ones that they include. With <c>{ [Write] = [Read] }</c>, for
    /// example, a token with the first is accepted where the second is required.
    /// </summary>
    public static IReadOnlyDictionary<string, string[]> Implied { get; } =
        new Dictionary<string, string[]> { [TodoWrite] = [TodoRead] };
}
