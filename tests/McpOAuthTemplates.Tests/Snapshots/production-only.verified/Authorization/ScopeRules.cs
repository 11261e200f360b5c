using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace TodoServer.Authorization;

/// <summary>
/// Decides whether an access token has the scopes that a policy requires. No other handler of the
/// app can change that: one that grants everything in Development does not grant scopes.
/// </summary>
internal sealed class ScopeRules(IOptions<OAuthOptions> options)
{
    /// <summary>All scopes that the policy requires.</summary>
    public static string[] GetRequired(AuthorizationPolicy policy)
    {
        var requirements = policy.Requirements.OfType<ScopeRequirement>();
        return [.. requirements.SelectMany(requirement => requirement.Scopes).Distinct()];
    }

    /// <summary>Whether the token has all these scopes, or broader ones that include them.</summary>
    public bool Has(ClaimsPrincipal user, IReadOnlyList<string> required)
    {
        if (required.Count == 0)
        {
            return true;
        }

        var scopes = user.GetScopes(options.Value.ScopePrefix);
        return HasAll(scopes, required) || HasAll(AddNarrower(scopes), required);
    }

    private static bool HasAll(IReadOnlyCollection<string> granted, IReadOnlyList<string> required)
    {
        foreach (var scope in required)
        {
            if (!granted.Contains(scope))
            {
                return false;
            }
        }

        return true;
    }

    private static HashSet<string> AddNarrower(IReadOnlyList<string> scopes)
    {
        var granted = new HashSet<string>(StringComparer.Ordinal);
        Grant(scopes, granted);
        return granted;
    }

    private static void Grant(IReadOnlyList<string> scopes, HashSet<string> granted)
    {
        foreach (var scope in scopes)
        {
            if (granted.Add(scope) && Scopes.Implied.TryGetValue(scope, out var narrowerScopes))
            {
                Grant(narrowerScopes, granted);
            }
        }
    }
}
