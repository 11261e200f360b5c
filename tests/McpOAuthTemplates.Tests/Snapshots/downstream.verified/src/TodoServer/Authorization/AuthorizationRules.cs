using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Authorization;

namespace TodoServer.Authorization;

/// <summary>
/// What [RequireScope], [Authorize] and policies require, combined as ASP.NET Core combines them
/// for an endpoint. Without attributes, or with [AllowAnonymous], there is no policy.
/// </summary>
internal sealed class AuthorizationRules(IAuthorizationPolicyProvider policies)
{
    private readonly ConditionalWeakTable<IReadOnlyList<object>, Task<AuthorizationPolicy?>> _known = [];

    /// <summary>
    /// The policy of a tool, prompt, resource or endpoint with these attributes.
    /// </summary>
    public Task<AuthorizationPolicy?> GetAsync(IReadOnlyList<object> metadata)
    {
        if (policies.AllowsCachingPolicies)
        {
            return _known.GetValue(metadata, CombineAsync);
        }

        return CombineAsync(metadata);
    }

    private async Task<AuthorizationPolicy?> CombineAsync(IReadOnlyList<object> metadata)
    {
        if (metadata.OfType<IAllowAnonymous>().Any())
        {
            return null;
        }

        var policy = await CombineAttributesAsync(metadata);
        var requirements = metadata.OfType<IAuthorizationRequirementData>()
            .SelectMany(data => data.GetRequirements())
            .ToArray();
        if (requirements.Length == 0)
        {
            return policy;
        }

        var required = new AuthorizationPolicy(requirements, []);
        if (policy is null)
        {
            return required;
        }

        return AuthorizationPolicy.Combine(policy, required);
    }

    private async Task<AuthorizationPolicy?> CombineAttributesAsync(IReadOnlyList<object> metadata)
    {
        var attributes = metadata.OfType<IAuthorizeData>().ToArray();
        var own = metadata.OfType<AuthorizationPolicy>().ToArray();
        if (attributes.Length == 0 && own.Length == 0)
        {
            return null; // The fallback policy of the app is for its own endpoints.
        }

        return await AuthorizationPolicy.CombineAsync(policies, attributes, own);
    }
}
