using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;

namespace TodoServer.Hosting;

/// <summary>
/// Lets UseCors of the app decide about an endpoint of this protection by the rule of the
/// endpoint, whatever policy it has for all others.
/// </summary>
internal sealed class CorsServiceOfEndpoints(
    IOptions<CorsOptions> options, ILoggerFactory loggers, CorsRulePolicies policies)
    : CorsService(options, loggers), ICorsService
{
    CorsResult ICorsService.EvaluatePolicy(HttpContext context, CorsPolicy policy)
    {
        var rule = context.GetEndpoint()?.Metadata.GetMetadata<CorsRule>();
        if (rule is not null)
        {
            policy = policies.Get(rule);
        }

        return EvaluatePolicy(context, policy);
    }
}
