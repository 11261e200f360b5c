using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;

namespace McpOAuthServer.Hosting;

/// <summary>
/// Lets UseCors of the app decide about an endpoint of this protection by the rule of the endpoint, whatever policy it has for
/// all others.
/// </summary>
internal sealed class CorsServiceOfEndpoints(IOptions<CorsOptions> options, ILoggerFactory loggers, IServiceProvider services)
    : CorsService(options, loggers)
{
    public override void EvaluateRequest(HttpContext context, CorsPolicy policy, CorsResult result) =>
        base.EvaluateRequest(context, GetPolicy(context, policy), result);

    public override void EvaluatePreflightRequest(HttpContext context, CorsPolicy policy, CorsResult result) =>
        base.EvaluatePreflightRequest(context, GetPolicy(context, policy), result);

    private CorsPolicy GetPolicy(HttpContext context, CorsPolicy ofApp)
    {
        var rule = context.GetEndpoint()?.Metadata.GetMetadata<CorsRule>();
        return rule is null ? ofApp : services.GetRequiredService<CorsRules>().GetPolicy(rule);
    }
}
