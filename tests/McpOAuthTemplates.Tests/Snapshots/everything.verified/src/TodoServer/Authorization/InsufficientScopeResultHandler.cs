using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace TodoServer.Authorization;

/// <summary>Answers a missing scope with the challenge of RFC 6750, and everything else as ASP.NET Core does.</summary>
internal sealed class InsufficientScopeResultHandler(BearerChallenge challenge) : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _default = new();

    public Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        // If something else is missing, such as a role, more scopes would not help: no challenge then.
        var failed = authorizeResult.AuthorizationFailure?.FailedRequirements ?? [];
        var needed = policy.Requirements.OfType<ScopeRequirement>().SelectMany(scopes => scopes.Scopes).Distinct();
        return authorizeResult.Forbidden && failed.Any() && failed.All(requirement => requirement is ScopeRequirement)
            ? challenge.WriteInsufficientScopeAsync(context, [.. needed])
            : _default.HandleAsync(next, context, policy, authorizeResult);
    }
}
