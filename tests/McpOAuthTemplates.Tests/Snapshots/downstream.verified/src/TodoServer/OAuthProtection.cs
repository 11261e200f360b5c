using global::TodoServer.Authorization;
using global::TodoServer.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;

namespace TodoServer;

/// <summary>
/// Protects the MCP endpoint of an app with OAuth 2.1, as the MCP specification (authorization)
/// requires. All rules are on the endpoints that <see
/// cref="MapProtectedMcp(IEndpointRouteBuilder)"/> maps: default schemes and policies, CORS and
/// limits of the app do not apply there, and are not changed.
/// </summary>
internal static class OAuthProtection
{
    /// <summary>
    /// Adds the services that check access tokens and scopes, configured by the sections "OAuth"
    /// and "Mcp".
    /// </summary>
    public static IServiceCollection AddOAuthProtection(this IServiceCollection services)
    {
        AddSettings(services);
        AddAccessTokens(services);
        AddScopes(services);
        AddEndpointRules(services);
        services.AddMcpServer().AddAuthorizationFilters();
        return services;
    }

    /// <summary>
    /// Maps the MCP endpoint to the path of OAuth:Resource, or to Mcp:InternalPath. Replaces
    /// MapMcp, whose endpoint does not require a token. Also maps the metadata of RFC 9728,
    /// /healthz and /readyz.
    /// </summary>
    public static IEndpointConventionBuilder MapProtectedMcp(this IEndpointRouteBuilder endpoints)
    {
        var configuration = endpoints.ServiceProvider.GetRequiredService<IConfiguration>();
        return McpEndpointMapping.Map(endpoints, ResourcePath.ReadInternal(configuration));
    }

    /// <summary>
    /// Maps the MCP endpoint to another path than that of OAuth:Resource, for a proxy that removes
    /// or replaces the path of requests.
    /// </summary>
    public static IEndpointConventionBuilder MapProtectedMcp(
        this IEndpointRouteBuilder endpoints, string internalPath) =>
        McpEndpointMapping.Map(endpoints, new ResourcePath(internalPath) { IsInternal = true });

    /// <summary>
    /// Requires all these scopes for each call of a method that cannot have [RequireScope]: one of
    /// an extension, such as tasks/get, or tools/call if a handler or a session of the app provides
    /// tools that are not registered.
    /// </summary>
    public static IServiceCollection RequireScopeForMethod(
        this IServiceCollection services, string method, string scope, params string[] more) =>
        services.AddSingleton(new MethodRule(method, [new RequireScopeAttribute(scope, more)]));

    /// <summary>Allows each valid token to call such a method.</summary>
    public static IServiceCollection AllowMethod(this IServiceCollection services, string method) =>
        services.AddSingleton(new MethodRule(method, []));

    private static void AddSettings(IServiceCollection services)
    {
        services.AddOptions<OAuthOptions>().BindConfiguration("OAuth");
        services.AddOptions<McpEndpointOptions>().BindConfiguration("Mcp");
        services.AddSingleton<IPostConfigureOptions<OAuthOptions>, OwnAddress>();
        services.AddSingleton<IValidateOptions<OAuthOptions>, OAuthOptionsValidator>();
        services.AddSingleton<IValidateOptions<McpEndpointOptions>, McpEndpointOptionsValidator>();
        services.AddHostedService<StartupCheck>();
        services.AddSingleton<AttributesCheck>();
        services.AddSingleton<IStartupFilter, MappedEndpointsCheck>();
    }

    private static void AddAccessTokens(IServiceCollection services)
    {
        services.AddSingleton<DiscoveryDocument>();
        services.AddSingleton<IssuerKeys>();
        services.AddSingleton<AccessTokenOptions>();
        services.AddSingleton<BearerChallenge>();
        services.AddHostedService<KeyWarmUp>();

        // Not AddAuthentication, which creates keys for cookies when the app starts.
        services.AddAuthenticationCore();
        services.TryAddSingleton(TimeProvider.System);
        new AuthenticationBuilder(services).AddScheme<JwtBearerOptions, AccessTokenHandler>(
            OAuthDefaults.AuthenticationScheme, configureOptions: null);
        services.PostConfigure<AuthenticationOptions>(KeepDefaultScheme);
    }

    private static void AddScopes(IServiceCollection services)
    {
        services.AddAuthorization();
        services.AddSingleton<IAuthorizationHandler, ScopeAuthorizationHandler>();
        services.AddSingleton<MatcherPolicy, ScopedEndpoints>();
        services.AddSingleton<ScopeRules>();
        services.AddSingleton<PolicyDecision>();
        services.AddSingleton<AuthorizationRules>();
        services.AddSingleton<McpMessages>();
        services.AddSingleton<MethodRules>();
        services.AddSingleton<SessionPrimitives>();
        services.AddSingleton<IPostConfigureOptions<McpServerOptions>, SecuritySchemes>();
        services.AddSingleton<IPostConfigureOptions<McpServerOptions>, InheritedLists>();
    }

    private static void AddEndpointRules(IServiceCollection services)
    {
        services.AddRouting();
        services.AddCors();
        services.AddSingleton<CorsRules>();
        services.AddSingleton<CorsRulePolicies>();
        services.AddSingleton<HostRule>();
        services.AddSingleton<RequestLimits>();
        services.AddSingleton<ResponseLimits>();
        services.AddSingleton<RefusalLog>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<McpEndpoint>();
        services.AddSingleton<MatcherPolicy, EndpointSelection>();
        services.AddSingleton<QueryTokens>();
        services.AddSingleton<GracefulShutdown>();
        services.PostConfigure<LoggerFilterOptions>(SecretLogs.Remove);
        services.AddHostedService<SecretLogs>();

        // An app with its own service keeps it.
        if (!HasOwn<ICorsService, CorsService>(services))
        {
            services.AddTransient<ICorsService, CorsServiceOfEndpoints>();
        }

        if (!HasOwn<IHttpContextFactory, DefaultHttpContextFactory>(services))
        {
            services.AddSingleton<IHttpContextFactory>(
                provider => provider.GetRequiredService<QueryTokens>());
        }

        if (UsesSockets(services))
        {
            services.AddSingleton<IConnectionListenerFactory, DrainingTransport>();
        }
    }

    // Those of Kestrel, which takes them also where nothing is registered.
    private static bool UsesSockets(IServiceCollection services)
    {
        var transports = services
            .Where(service => service.ServiceType == typeof(IConnectionListenerFactory))
            .Select(service => service.ImplementationType)
            .ToArray();
        return transports.Length == 0 || transports.Contains(typeof(SocketTransportFactory));
    }

    private static bool HasOwn<TService, TDefault>(IServiceCollection services)
    {
        var last = services.LastOrDefault(service => service.ServiceType == typeof(TService));
        return last is not null && last.ImplementationType != typeof(TDefault);
    }

    /// <summary>
    /// ASP.NET Core uses the only scheme of an app as its default. The scheme of the access tokens
    /// is an additional one: it must not become the default, and the only scheme of the app must
    /// stay the default.
    /// </summary>
    private static void KeepDefaultScheme(AuthenticationOptions authentication)
    {
        AppContext.TryGetSwitch(
            "Microsoft.AspNetCore.Authentication.SuppressAutoDefaultScheme", out var isSuppressed);
        if (isSuppressed || authentication.DefaultScheme is not null)
        {
            return;
        }

        var others = authentication.Schemes
            .Where(scheme => scheme.Name != OAuthDefaults.AuthenticationScheme)
            .ToArray();
        if (others.Length == 1)
        {
            authentication.DefaultScheme = others[0].Name;
        }
        else if (others.Length == 0)
        {
            authentication.DefaultScheme = ""; // No scheme has this name, so that there is no default.
        }
    }
}
