using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace TodoServer.Authorization;

/// <summary>
/// Compares the scopes of the access token with those that an operation requires.
/// </summary>
internal sealed class ScopeAuthorizationHandler(IOptions<OAuthOptions> options)
    : AuthorizationHandler<ScopeRequirement>
{
    protected override Task HandleRequirementAsync(
        AuthorizationHandlerContext context, ScopeRequirement requirement)
    {
        var granted = new HashSet<string>(StringComparer.Ordinal);
        Grant(context.User.GetScopes(options.Value.ScopePrefix), granted);
        if (IsShownAnyway(context.Resource) || requirement.Scopes.All(granted.Contains))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }

    // The SDK asks for each tool of a list, too. A hidden one could never lead a client to ask for
    // its scope.
    private bool IsShownAnyway(object? resource)
    {
        if (options.Value.HideForbiddenTools)
        {
            return false;
        }

        return resource is RequestContext<ListToolsRequestParams>
            or RequestContext<ListPromptsRequestParams>
            or RequestContext<ListResourcesRequestParams>
            or RequestContext<ListResourceTemplatesRequestParams>;
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
