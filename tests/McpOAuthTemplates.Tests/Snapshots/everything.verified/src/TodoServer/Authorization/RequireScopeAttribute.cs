using Microsoft.AspNetCore.Authorization;

namespace TodoServer.Authorization;

/// <summary>
/// Requires all these scopes for an MCP tool, prompt or resource, a class of them, or any other
/// endpoint.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
internal sealed class RequireScopeAttribute(params string[] scopes) : Attribute, IAuthorizationRequirementData
{
    public IEnumerable<IAuthorizationRequirement> GetRequirements() => [new ScopeRequirement(scopes)];
}

/// <summary>
/// That the access token has all these scopes, or broader ones that include them.
/// </summary>
internal sealed record ScopeRequirement(IReadOnlyList<string> Scopes) : IAuthorizationRequirement;
