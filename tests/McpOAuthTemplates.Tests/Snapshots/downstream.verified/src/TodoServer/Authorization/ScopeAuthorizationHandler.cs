using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace TodoServer.Authorization;

/// <summary>
/// Reports the decision of <see cref="ScopeRules"/> to ASP.NET Core and the SDK. Missing scopes are
/// a failure, so that no other handler of the app can grant them.
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

    // The SDK also calls this for each tool in a list. A client would never request the scope of a
    // hidden tool.
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
