using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using ModelContextProtocol;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Authentication;

namespace TodoServer.Authorization;

/// <summary>Makes this server an OAuth 2.1 resource server, as the MCP specification asks for.</summary>
internal static class OAuthExtensions
{
    /// <summary>Adds the check of access tokens and scopes, with the settings of <see cref="OAuthOptions"/>.</summary>
    public static IServiceCollection AddOAuth(this IServiceCollection services)
    {
        services.AddOptions<OAuthOptions>().BindConfiguration("OAuth").ValidateOnStart();
        services.AddSingleton<IValidateOptions<OAuthOptions>, OAuthOptionsValidator>();
        services.AddCors().AddAuthorization().AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<IOptions<OAuthOptions>, BearerChallenge, IHostEnvironment>(ConfigureJwtBearer)
            .PostConfigure(KeepOnlyCurrentKeys);
        services.AddSingleton<BearerChallenge>().AddSingleton<IAuthorizationHandler, ScopeAuthorizationHandler>();
        services.AddSingleton<McpAuthorizationFilter>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, InsufficientScopeResultHandler>();
        return services;
    }

    /// <summary>The metadata of RFC 9728, from the settings alone: no Host header can change it.</summary>
    public static ProtectedResourceMetadata ToMetadata(this OAuthOptions oauth) => new()
    {
        Resource = oauth.Resource,
        ResourceName = oauth.ResourceName,
        ResourceDocumentation = oauth.ResourceDocumentation,
        AuthorizationServers = [.. oauth.AuthorizationServers is { Length: > 0 } servers ? servers : [oauth.Issuer]],
        ScopesSupported = [.. Scopes.All.Select(scope => oauth.ScopePrefix + scope)],
        BearerMethodsSupported = ["header"],
    };

    /// <summary>Serves the metadata at the URL of the challenge and at the root, where some clients look first.</summary>
    public static void MapProtectedResourceMetadata(this IEndpointRouteBuilder endpoints)
    {
        var oauth = endpoints.ServiceProvider.GetRequiredService<IOptions<OAuthOptions>>().Value;
        var type = McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ProtectedResourceMetadata));
        var json = Results.Json(oauth.ToMetadata(), type);
        foreach (var path in new HashSet<string> { "/.well-known/oauth-protected-resource", oauth.MetadataPath })
        {
            endpoints.MapGet(path, json.ExecuteAsync).AllowAnonymous()
                .RequireCors(cors => cors.AllowAnyOrigin().AllowAnyHeader().WithMethods(HttpMethods.Get));
        }
    }

    /// <summary>Maps the MCP endpoint for holders of a valid token and, tool by tool, of the scopes it requires.</summary>
    public static IEndpointConventionBuilder MapProtectedMcp(this IEndpointRouteBuilder endpoints, string pattern)
    {
        var group = endpoints.MapGroup(pattern).RequireAuthorization();
        var filter = endpoints.ServiceProvider.GetRequiredService<McpAuthorizationFilter>();
        group.MapMcp().Finally(endpoint => endpoint.RequestDelegate = filter.Wrap(endpoint.RequestDelegate!));
        if (endpoints.ServiceProvider.GetRequiredService<IOptions<HttpServerTransportOptions>>().Value.Stateless)
        {
            // Only POST is mapped then, but a client that begins with GET has to learn, too, that it must sign in.
            group.MapMethods("", [HttpMethods.Get, HttpMethods.Delete], Results.StatusCode(405).ExecuteAsync);
        }

        return group;
    }

    private static void ConfigureJwtBearer(
        JwtBearerOptions jwt, IOptions<OAuthOptions> options, BearerChallenge challenge, IHostEnvironment environment)
    {
        var oauth = options.Value;
        string[] audiences = oauth.Audiences is { Length: > 0 } others ? others : [oauth.Resource];
        jwt.Authority = oauth.Issuer;
        jwt.MetadataAddress = oauth.MetadataAddress ?? jwt.MetadataAddress;
        jwt.RequireHttpsMetadata = !environment.IsDevelopment();
        jwt.BackchannelTimeout = TimeSpan.FromSeconds(10);
        jwt.SaveToken = false;
        jwt.TokenHandlers.Clear();
        var validTokens = new MemoryCache(new MemoryCacheOptions { SizeLimit = oauth.TokenCacheSize });
        var duration = TimeSpan.FromSeconds(oauth.TokenCacheSeconds);
        jwt.TokenHandlers.Add(new CachingTokenHandler(validTokens, duration) { MapInboundClaims = false });

        // A new object: keys and issuers in the section "Authentication:Schemes:Bearer" must not count.
        jwt.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuers = [oauth.Issuer, .. oauth.ValidIssuers],
            ValidAudiences = audiences,
            AudienceValidator = !oauth.AllowMissingAudience ? null : (inToken, _, _) =>
                inToken.Intersect(audiences, StringComparer.Ordinal).Any() || !inToken.Any(),
            ValidTypes = oauth.RequireAtJwt ? ["at+jwt", "application/at+jwt"] : null,
            ValidAlgorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"],
            ClockSkew = TimeSpan.FromSeconds(30),
            NameClaimType = "sub", RoleClaimType = "roles",
        };

        jwt.Events.OnTokenValidated = context =>
        {
            if (!oauth.RequiredClaims.All(required => context.Principal!.FindAll(required.Key)
                .Any(claim => required.Value.Contains(claim.Value, StringComparer.Ordinal))))
            {
                context.Fail("A required claim is missing.");
            }

            return Task.CompletedTask;
        };
        jwt.Events.OnChallenge = context =>
        {
            context.HandleResponse();
            return challenge.WriteUnauthorizedAsync(context.Response, context.AuthenticateFailure);
        };
    }

    // Keys that the issuer has withdrawn would be accepted for another hour otherwise.
    private static void KeepOnlyCurrentKeys(JwtBearerOptions jwt) =>
        ((BaseConfigurationManager)jwt.ConfigurationManager!).UseLastKnownGoodConfiguration = false;
}
