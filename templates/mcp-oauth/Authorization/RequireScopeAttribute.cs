using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpOAuthServer.Authorization;

/// <summary>Requires all these scopes for an MCP tool, prompt or resource, a class of them or an endpoint.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
internal sealed class RequireScopeAttribute(params string[] scopes) : Attribute, IAuthorizationRequirementData
{
    public IEnumerable<IAuthorizationRequirement> GetRequirements() => [new ScopeRequirement(scopes)];
}

internal sealed record ScopeRequirement(IReadOnlyList<string> Scopes) : IAuthorizationRequirement;

internal sealed class ScopeAuthorizationHandler(IOptions<OAuthOptions> options) : AuthorizationHandler<ScopeRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, ScopeRequirement requirement)
    {
        // The SDK asks for each tool of a list, too. A hidden one could never lead a client to ask for its scope.
        var isShownAnyway = !options.Value.HideForbiddenTools && context.Resource is
            RequestContext<ListToolsRequestParams> or RequestContext<ListPromptsRequestParams> or
            RequestContext<ListResourcesRequestParams> or RequestContext<ListResourceTemplatesRequestParams>;
        var granted = new HashSet<string>(StringComparer.Ordinal);
        Grant(context.User.GetScopes(options.Value.ScopePrefix), granted);
        if (isShownAnyway || requirement.Scopes.All(granted.Contains))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
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
