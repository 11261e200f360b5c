using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing.Matching;

namespace TodoServer.Authorization;

/// <summary>
/// Gives each endpoint of the app with [RequireScope] a policy with the scheme of the access
/// tokens, so that the default scheme of the app does not decide who the caller is.
/// </summary>
internal sealed class ScopedEndpoints(IAuthorizationPolicyProvider policies)
    : MatcherPolicy, IEndpointSelectorPolicy
{
    private readonly ConditionalWeakTable<Endpoint, Task<Endpoint>> _withPolicy = [];

    public override int Order => 0;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) =>
        ContainsDynamicEndpoints(endpoints) || endpoints.Any(RequiresScope);

    public async Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        for (var i = 0; i < candidates.Count; i++)
        {
            var endpoint = candidates[i].Endpoint;
            if (candidates.IsValidCandidate(i) && RequiresScope(endpoint))
            {
                var withPolicy = await _withPolicy.GetValue(endpoint, AddPolicyAsync);
                candidates.ReplaceEndpoint(i, withPolicy, candidates[i].Values);
            }
        }
    }

    private static bool RequiresScope(Endpoint endpoint)
    {
        var attributes = endpoint.Metadata.GetOrderedMetadata<IAuthorizationRequirementData>();
        return attributes.Any(attribute => attribute is RequireScopeAttribute);
    }

    private async Task<Endpoint> AddPolicyAsync(Endpoint endpoint)
    {
        var policy = new AuthorizationPolicyBuilder(OAuthDefaults.AuthenticationScheme);
        policy.RequireAuthenticatedUser();
        if (endpoint.Metadata.OfType<IAuthorizeData>().Any(IsPlain))
        {
            // A plain [Authorize] adds the requirements of the default policy of the app, but not
            // its schemes.
            var defaultPolicy = await policies.GetDefaultPolicyAsync();
            policy.AddRequirements([.. defaultPolicy.Requirements]);
        }

        // With the attribute, ASP.NET Core refuses each request if UseAuthorization is missing.
        var metadata = new EndpointMetadataCollection(
            [.. endpoint.Metadata, new AuthorizeAttribute(), policy.Build()]);
        if (endpoint is not RouteEndpoint route)
        {
            return new Endpoint(endpoint.RequestDelegate, metadata, endpoint.DisplayName);
        }

        return new RouteEndpoint(
            route.RequestDelegate!, route.RoutePattern, route.Order, metadata, route.DisplayName);
    }

    private static bool IsPlain(IAuthorizeData attribute) =>
        string.IsNullOrEmpty(attribute.Policy) && string.IsNullOrEmpty(attribute.Roles);
}
