using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;

namespace TodoServer.Hosting;

/// <summary>
/// Makes UseCors of the app apply the rule of the endpoint to the endpoints of this protection,
/// whatever policy it applies to all others.
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
