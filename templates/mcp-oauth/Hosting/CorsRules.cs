using McpOAuthServer.Authorization;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;

namespace McpOAuthServer.Hosting;

/// <summary>Which web pages may call an endpoint of this protection.</summary>
internal sealed class CorsRule
{
    /// <summary>Those of Mcp:AllowedOrigins and, in Development, of this machine.</summary>
    public static readonly CorsRule AllowedOrigins = new();

    /// <summary>All: the endpoint tells nothing that is not public.</summary>
    public static readonly CorsRule AnyOrigin = new();

    private CorsRule()
    {
    }
}

/// <summary>The policies of CORS behind the rules. They have no names among those of the app.</summary>
internal sealed class CorsRules(
    IOptions<OAuthOptions> oauth, IOptions<McpEndpointOptions> mcp, IHostEnvironment environment, ICorsService cors)
{
    private static readonly CorsPolicy s_anyOrigin =
        new CorsPolicyBuilder().AllowAnyOrigin().AllowAnyHeader().AllowAnyMethod().Build();

    private readonly Lazy<CorsPolicy> _allowedOrigins = new(() => CreatePolicy(oauth.Value, mcp.Value, environment));

    /// <summary>
    /// Refuses what a browser sends for a page that may not call the endpoint: CORS alone would only hide the answer (MCP
    /// specification, transports, security warning). Answers the question that browsers ask before.
    /// </summary>
    public async Task<bool> AllowAsync(HttpContext http, CorsRule rule)
    {
        var origin = http.Request.Headers.Origin;
        if (origin.Count == 0)
        {
            return true;
        }

        var policy = GetPolicy(rule);
        if (!policy.AllowAnyOrigin && (origin.Count > 1 || !policy.IsOriginAllowed(origin[0]!)))
        {
            await BearerChallenge.WriteRefusalAsync(
                http, StatusCodes.Status403Forbidden, "forbidden", "Pages of this origin may not call this server.");
            return false;
        }

        cors.ApplyResult(cors.EvaluatePolicy(http, policy), http.Response);
        if (IsPreflight(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return false;
        }

        return true;
    }

    public CorsPolicy GetPolicy(CorsRule rule) => rule == CorsRule.AnyOrigin ? s_anyOrigin : _allowedOrigins.Value;

    private static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.ContainsKey("Access-Control-Request-Method");

    private static CorsPolicy CreatePolicy(OAuthOptions oauth, McpEndpointOptions mcp, IHostEnvironment environment)
    {
        string[] allowed = [new Uri(oauth.Resource).GetLeftPart(UriPartial.Authority), .. mcp.AllowedOrigins];
        return new CorsPolicyBuilder()
            .SetIsOriginAllowed(origin => allowed.Contains(origin, StringComparer.OrdinalIgnoreCase)
                || (environment.IsDevelopment() && IsLoopback(origin)))
            .WithMethods(HttpMethods.Get, HttpMethods.Post, HttpMethods.Delete)
            .AllowAnyHeader()
            .WithExposedHeaders("WWW-Authenticate", "Mcp-Session-Id", "Retry-After")
            .SetPreflightMaxAge(TimeSpan.FromHours(1))
            .Build();
    }

    private static bool IsLoopback(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.IsLoopback;
}
