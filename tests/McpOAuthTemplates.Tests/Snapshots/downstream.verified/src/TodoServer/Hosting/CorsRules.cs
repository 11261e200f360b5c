using global::TodoServer.Authorization;
using Microsoft.AspNetCore.Cors.Infrastructure;

namespace TodoServer.Hosting;

/// <summary>
/// Applies the rules for web pages. Their CORS policies are not named policies of the app.
/// </summary>
internal sealed class CorsRules(CorsRulePolicies policies, ICorsService cors)
{
    /// <summary>
    /// Refuses requests of browsers for pages that may not call the endpoint: CORS alone would only
    /// hide the response (MCP specification, transports, security warning). Answers preflight
    /// requests.
    /// </summary>
    public async Task<bool> AllowAsync(HttpContext http, CorsRule rule)
    {
        var origin = http.Request.Headers.Origin;
        if (origin.Count == 0)
        {
            return true;
        }

        var policy = policies.Get(rule);
        var isAllowed = policy.AllowAnyOrigin || (origin.Count == 1 && policy.IsOriginAllowed(origin[0]!));
        if (!isAllowed)
        {
            const string Problem = "Web pages of this origin are not allowed to call this server.";
            await Refusal.WriteAsync(http, 403, new("forbidden", Problem));
            return false;
        }

        cors.ApplyResult(cors.EvaluatePolicy(http, policy), http.Response);
        if (!IsPreflight(http.Request))
        {
            return true;
        }

        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return false;
    }

    private static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method)
        && request.Headers.ContainsKey(CorsConstants.AccessControlRequestMethod);
}
