using TodoServer.Authorization;

namespace TodoServer.Hosting;

/// <summary>
/// /healthz reports that the process responds, /readyz that it has the keys of the issuer, can
/// validate tokens, and is not about to stop. They answer for any host, since probes use the
/// address of the instance. An endpoint of the app at the same path replaces them.
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
        if (http.RequestServices.GetRequiredService<GracefulShutdown>().IsStopping)
        {
            await AnswerUnhealthyAsync(http, "The server is about to stop.");
            return;
        }

        var issuer = http.RequestServices.GetRequiredService<IssuerKeys>();
        try
        {
            await issuer.GetAsync();
        }
        catch (IssuerUnavailableException reason)
        {
            await AnswerUnhealthyAsync(http, reason.Message);
            return;
        }

        await AnswerHealthyAsync(http);
    }

    private static Task AnswerUnhealthyAsync(HttpContext http, string reason)
    {
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync($"Unhealthy: {reason}");
    }
}
