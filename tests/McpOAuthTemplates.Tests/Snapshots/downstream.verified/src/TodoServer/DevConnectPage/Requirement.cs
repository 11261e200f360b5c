#if DEBUG
using global::TodoServer.Authorization;
using Microsoft.AspNetCore.Authorization;

namespace TodoServer.DevConnectPage;

/// <summary>What the attributes of a tool, prompt or resource require of a caller.</summary>
/// <param name="Kind">scope, unknown (a scope that Scopes.cs lacks), role, policy, or open.</param>
/// <param name="Text">The name of the requirement.</param>
/// <param name="Before">The text on the page before the name.</param>
/// <param name="After">And after.</param>
internal sealed record Requirement(string Kind, string Text, string Before = "", string After = "")
{
    private static readonly Requirement s_open = new("open", "any valid token");

    public static IReadOnlyList<Requirement> Find(IReadOnlyList<object> attributes, string scopePrefix)
    {
        if (attributes.OfType<IAllowAnonymous>().Any())
        {
            return [s_open];
        }

        List<Requirement> found = [];
        foreach (var scope in ScopeRequirement.FindScopes(attributes))
        {
            found.Add(OfScope(scope, scopePrefix));
        }

        foreach (var attribute in attributes.OfType<IAuthorizeData>())
        {
            if (attribute.Roles is { Length: > 0 } roles)
            {
                found.Add(new("role", roles.Replace(",", " or ", StringComparison.Ordinal), "role"));
            }

            if (attribute.Policy is { Length: > 0 } policy)
            {
                found.Add(new("policy", policy, "policy"));
            }
        }

        if (found.Count == 0)
        {
            found.Add(s_open);
        }

        return found;
    }

    // The server does not start with a scope that no client can get, but a tool can be added later.
    private static Requirement OfScope(string scope, string prefix)
    {
        var isIncluded = Scopes.Implied.Values.Any(narrower => narrower.Contains(scope));
        if (isIncluded || Scopes.All.Contains(scope))
        {
            return new("scope", prefix + scope, "scope");
        }

        return new("unknown", prefix + scope, "scope", "is not in Scopes.cs");
    }
}
#endif
