using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;

namespace McpOAuthServer.Hosting;

/// <summary>
/// Lets UseCors of the app decide about an endpoint of this protection by the rule of the endpoint, whatever policy it has
/// for all others.
/// </summary>
internal sealed class CorsServiceOfEndpoints(
    IOptions<CorsOptions> options, ILoggerFactory loggers, CorsRulePolicies policies)
    : CorsService(options, loggers)
{
    public override void EvaluateRequest(HttpContext context, CorsPolicy policy, CorsResult result) =>
        base.EvaluateRequest(context, Find(context) ?? policy, result);

    public override void EvaluatePreflightRequest(HttpContext context, CorsPolicy policy, CorsResult result) =>
        base.EvaluatePreflightRequest(context, Find(context) ?? policy, result);

    private CorsPolicy? Find(HttpContext http)
    {
        var rule = http.GetEndpoint()?.Metadata.GetMetadata<CorsRule>();
        return rule is null ? null : policies.Get(rule);
    }
}
