using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace TodoServer.Hosting;

/// <summary>/healthz says that the process answers; /readyz that it has the keys of the issuer and can check tokens.</summary>
internal static class Health
{
    public static void AddHealth(this WebApplicationBuilder builder)
    {
        builder.Services.AddHostedService<KeyWarmUp>();
        builder.Services.AddHealthChecks().AddCheck<IssuerHealthCheck>("issuer");
    }

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/healthz", new() { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/readyz").AllowAnonymous();
    }

    private sealed class IssuerHealthCheck(IOptionsMonitor<JwtBearerOptions> jwt) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
        {
            try
            {
                var issuer = jwt.Get(JwtBearerDefaults.AuthenticationScheme).ConfigurationManager!;
                var configuration = await issuer.GetConfigurationAsync(cancellationToken);
                return configuration.SigningKeys.Count > 0
                    ? HealthCheckResult.Healthy()
                    : HealthCheckResult.Unhealthy("The issuer has no signing keys.");
            }
            catch (InvalidOperationException exception)
            {
                return HealthCheckResult.Unhealthy("The signing keys of the issuer cannot be read.", exception);
            }
        }
    }
}
