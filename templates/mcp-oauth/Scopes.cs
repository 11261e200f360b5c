using System.ComponentModel;

namespace McpOAuthServer;

/// <summary>
/// The OAuth scopes of this server. A new one needs a constant and a place in <see cref="All"/>; then
/// <c>[RequireScope]</c> can ask for it. Its description is what people read before they allow it.
/// </summary>
internal static class Scopes
{
    [Description("See your todos.")]
    public const string TodoRead = "todo:read";

    [Description("Add todos and complete them.")]
    public const string TodoWrite = "todo:write";

    /// <summary>The scopes that clients are told about, and ask for when they sign in.</summary>
    public static IReadOnlyList<string> All { get; } = [TodoRead, TodoWrite];

    /// <summary>
    /// Broad scopes and the narrower ones that they include, for example <c>{ [Write] = [Read] }</c>: a token with
    /// the first is then accepted where the second is required.
    /// </summary>
    public static IReadOnlyDictionary<string, string[]> Implied { get; } =
        new Dictionary<string, string[]> { [TodoWrite] = [TodoRead] };
}
