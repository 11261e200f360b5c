using McpOAuthServer.Authorization;

namespace McpOAuthServer.Hosting;

/// <summary>
/// /healthz says that the process answers; /readyz that it has the keys of the issuer and can
/// check tokens. They answer for any host, since probes name the address of the instance, and an
/// endpoint of the app at the same path takes their place.
/// </summary>
internal static class Health
{
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        var probes = endpoints.MapGroup("").AllowAnonymous().WithMetadata(YieldsToApp.Instance);
        probes.MapGet("/healthz", AnswerHealthyAsync);
        probes.MapGet("/readyz", AnswerReadyAsync);
    }

    private static Task AnswerHealthyAsync(HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync("Healthy");
    }

    private static async Task AnswerReadyAsync(HttpContext http)
    {
        var issuer = http.RequestServices.GetRequiredService<IssuerKeys>();
        try
        {
            await issuer.GetAsync();
        }
        catch (IssuerUnavailableException reason)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            http.Response.Headers.CacheControl = "no-store";
            await http.Response.WriteAsync($"Unhealthy: {reason.Message}");
            return;
        }

        if (await ClientRegistration.ProviderCheck.RefuseAsync(http))
        {
            return;
        }

        await AnswerHealthyAsync(http);
    }
}
