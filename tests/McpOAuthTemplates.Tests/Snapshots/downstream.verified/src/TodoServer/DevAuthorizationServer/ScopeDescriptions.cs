#if DEBUG
using System.ComponentModel;
using System.Reflection;

namespace TodoServer.DevAuthorizationServer;

/// <summary>The description of a scope: the [Description] of its constant in Scopes.cs.</summary>
internal static class ScopeDescriptions
{
    private const string Missing = "Scopes.cs does not say what it allows.";

    private static readonly Dictionary<string, string> s_all = ReadAll();

    public static string Get(string scope) => s_all.GetValueOrDefault(scope, Missing);

    private static Dictionary<string, string> ReadAll()
    {
        Dictionary<string, string> all = [];
        var members = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        foreach (var field in typeof(Scopes).GetFields(members))
        {
            var description = field.GetCustomAttribute<DescriptionAttribute>();
            if (description is null || !field.IsLiteral)
            {
                continue;
            }

            if (field.GetRawConstantValue() is string scope)
            {
                all.TryAdd(scope, description.Description);
            }
        }

        return all;
    }
}
#endif
