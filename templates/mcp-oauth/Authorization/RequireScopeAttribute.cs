using Microsoft.AspNetCore.Authorization;

namespace McpOAuthServer.Authorization;

/// <summary>
/// Requires all these scopes for an MCP tool, prompt or resource, for a class of them, or for any
/// other endpoint. The server does not start if one is not in <see cref="Scopes.All"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
internal sealed class RequireScopeAttribute(string scope, params string[] more)
    : Attribute, IAuthorizationRequirementData
{
    // The SDK asks for them with each call.
    private readonly ScopeRequirement[] _requirements = [new([scope, .. more])];

    public IEnumerable<IAuthorizationRequirement> GetRequirements() => _requirements;
}

/// <summary>
/// Requires that the access token has all these scopes, or broader ones that include them.
/// </summary>
internal sealed record ScopeRequirement(IReadOnlyList<string> Scopes) : IAuthorizationRequirement
{
    /// <summary>The scopes that the [RequireScope] attributes among these require.</summary>
    public static IEnumerable<string> FindScopes(IEnumerable<object> attributes) =>
        attributes.OfType<IAuthorizationRequirementData>()
            .SelectMany(data => data.GetRequirements())
            .OfType<ScopeRequirement>()
            .SelectMany(requirement => requirement.Scopes)
            .Distinct();
}
