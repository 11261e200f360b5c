using global::TodoServer.Authorization;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;

namespace TodoServer.Hosting;

/// <summary>The CORS policies for the rules.</summary>
internal sealed class CorsRulePolicies
{
    private static readonly CorsPolicy s_anyOrigin =
        new CorsPolicyBuilder().AllowAnyOrigin().AllowAnyHeader().AllowAnyMethod().Build();

    private readonly IOptions<OAuthOptions> _oauth;
    private readonly IOptions<McpEndpointOptions> _mcp;
    private readonly IHostEnvironment _environment;
    private readonly Lazy<CorsPolicy> _allowedOrigins;

    public CorsRulePolicies(
        IOptions<OAuthOptions> oauth, IOptions<McpEndpointOptions> mcp, IHostEnvironment environment)
    {
        _oauth = oauth;
        _mcp = mcp;
        _environment = environment;
        _allowedOrigins = new(CreatePolicy);
    }

    public CorsPolicy Get(CorsRule rule)
    {
        return rule == CorsRule.AnyOrigin ? s_anyOrigin : _allowedOrigins.Value;
    }

    private CorsPolicy CreatePolicy() => new CorsPolicyBuilder()
        .SetIsOriginAllowed(IsAllowed)
        .WithMethods(HttpMethods.Get, HttpMethods.Post, HttpMethods.Delete)
        .AllowAnyHeader()
        .WithExposedHeaders("WWW-Authenticate", "Mcp-Session-Id", "Retry-After")
        .SetPreflightMaxAge(TimeSpan.FromHours(1))
        .Build();

    private bool IsAllowed(string origin)
    {
        if (_environment.IsDevelopment() && IsOfThisMachine(origin))
        {
            return true;
        }

        var own = new Uri(_oauth.Value.Resource).GetLeftPart(UriPartial.Authority);
        return origin.Equals(own, StringComparison.OrdinalIgnoreCase)
            || _mcp.Value.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase);
    }

    private static bool IsOfThisMachine(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.IsLoopback;
}
