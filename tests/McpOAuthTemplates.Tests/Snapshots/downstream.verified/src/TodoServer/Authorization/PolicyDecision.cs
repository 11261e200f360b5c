using Microsoft.AspNetCore.Authorization;
using ModelContextProtocol.Server;

namespace TodoServer.Authorization;

/// <summary>
/// Applies a policy to the caller, and writes the response if the request is denied.
/// </summary>
internal sealed class PolicyDecision(
    AuthorizationRules rules, ScopeRules scopes, BearerChallenge challenge)
{
    /// <summary>Answers 403 if the caller may not use one of these.</summary>
    public async Task<bool> AllowAllAsync(HttpContext http, IEnumerable<IMcpServerPrimitive> primitives)
    {
        foreach (var primitive in primitives)
        {
            http.Features.Set(primitive); // For handlers of requirements that ask what is called.
            var policy = await rules.GetAsync(PrimitiveAttributes.Get(primitive));
            if (!await AllowAsync(http, policy))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Answers 403 if the policy denies the caller: with a challenge if more scopes would help, and
    /// without one if something else is missing, such as a role.
    /// </summary>
    public async Task<bool> AllowAsync(HttpContext http, AuthorizationPolicy? policy)
    {
        if (policy is null)
        {
            return true;
        }

        if (!await MeetsOthersAsync(http, policy))
        {
            await BearerChallenge.WriteForbiddenAsync(http);
            return false;
        }

        var required = ScopeRules.GetRequired(policy);
        if (!scopes.Has(http.User, required))
        {
            await challenge.WriteInsufficientScopeAsync(http, required);
            return false;
        }

        return true;
    }

    // By the handlers of the app, which can use services of the request.
    private static async Task<bool> MeetsOthersAsync(HttpContext http, AuthorizationPolicy policy)
    {
        var others = policy.Requirements.Where(requirement => requirement is not ScopeRequirement).ToArray();
        if (others.Length == 0)
        {
            return true;
        }

        var authorization = http.RequestServices.GetRequiredService<IAuthorizationService>();
        var result = await authorization.AuthorizeAsync(http.User, http, others);
        return result.Succeeded;
    }
}
