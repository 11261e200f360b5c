using Microsoft.AspNetCore.Authorization;

namespace TodoServer.Authorization;

/// <summary>
/// Requires all these scopes for an MCP tool, prompt or resource, a class of them, or any other
/// endpoint. Each must be in <see cref="Scopes.All"/>, or the server does not start.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
internal sealed class RequireScopeAttribute(string scope, params string[] more)
    : Attribute, IAuthorizationRequirementData
{
    public IEnumerable<IAuthorizationRequirement> GetRequirements() =>
        [new ScopeRequirement([scope, .. more])];
}

/// <summary>
/// That the access token has all these scopes, or broader ones that include them.
/// </summary>
internal sealed record ScopeRequirement(IReadOnlyList<string> Scopes) : IAuthorizationRequirement
{
    /// <summary>The scopes that all the [RequireScope] among these attributes ask for.</summary>
    public static IEnumerable<string> FindScopes(IEnumerable<object> attributes) =>
        attributes.OfType<IAuthorizationRequirementData>()
            .SelectMany(data => data.GetRequirements())
            .OfType<ScopeRequirement>()
            .SelectMany(requirement => requirement.Scopes)
            .Distinct();
}
