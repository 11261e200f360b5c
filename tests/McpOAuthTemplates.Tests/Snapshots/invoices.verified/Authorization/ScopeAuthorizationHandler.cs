using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace TodoServer.Authorization;

/// <summary>
/// Tells ASP.NET Core and the SDK what <see cref="ScopeRules"/> says. Missing scopes are a failure,
/// so that no other handler of the app can grant them.
/// </summary>
internal sealed class ScopeAuthorizationHandler(ScopeRules scopes, IOptions<OAuthOptions> options)
    : AuthorizationHandler<ScopeRequirement>
{
    protected override Task HandleRequirementAsync(
        AuthorizationHandlerContext context, ScopeRequirement requirement)
    {
        if (IsShownAnyway(context.Resource) || scopes.Has(context.User, requirement.Scopes))
        {
            context.Succeed(requirement);
        }
        else
        {
            context.Fail(new AuthorizationFailureReason(this, "A scope is missing."));
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
}
