using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using TodoServer.Authorization;

namespace TodoServer.Hosting;

/// <summary>Which web pages may call this server: those of Mcp:AllowedOrigins and, in Development, of this machine.</summary>
internal static class CrossOrigin
{
    public static void AddCrossOriginRules(this WebApplicationBuilder builder)
    {
        string[] configured = builder.Configuration.GetSection("Mcp:AllowedOrigins").Get<string[]>() ?? [];
        builder.Services.AddOptions<CorsOptions>().Configure<IOptions<OAuthOptions>>((cors, oauth) =>
        {
            string[] allowed = [new Uri(oauth.Value.Resource).GetLeftPart(UriPartial.Authority), .. configured];
            cors.AddDefaultPolicy(policy => policy
                .SetIsOriginAllowed(origin => allowed.Contains(origin, StringComparer.OrdinalIgnoreCase)
                    || (builder.Environment.IsDevelopment() && IsLoopback(origin)))
                .WithMethods(HttpMethods.Get, HttpMethods.Post, HttpMethods.Delete)
                .AllowAnyHeader()
                .WithExposedHeaders("WWW-Authenticate", "Mcp-Session-Id", "Retry-After")
                .SetPreflightMaxAge(TimeSpan.FromHours(1)));
        });
        builder.Services.AddCors();
    }

    /// <summary>
    /// Refuses what a browser sends for a page of another origin. CORS alone would only hide the answer (MCP specification,
    /// transports, security warning).
    /// </summary>
    public static void UseOriginValidation(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<CorsOptions>>().Value;
        var defaultPolicy = options.GetPolicy(options.DefaultPolicyName)!;
        app.Use((context, next) =>
        {
            var origin = context.Request.Headers.Origin;
            var policy = context.GetEndpoint()?.Metadata.GetMetadata<ICorsPolicyMetadata>()?.Policy ?? defaultPolicy;
            if (origin.Count == 0 || policy.AllowAnyOrigin || (origin.Count == 1 && policy.IsOriginAllowed(origin[0]!)))
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        });
    }

    private static bool IsLoopback(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.IsLoopback;
}
