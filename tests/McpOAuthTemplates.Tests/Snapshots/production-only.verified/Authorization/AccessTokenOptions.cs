using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace TodoServer.Authorization;

/// <summary>
/// How access tokens are validated. The options are created only here: Configure, ConfigureAll and
/// the configuration section Authentication:Schemes apply to other JwtBearer schemes of the app,
/// but not to these.
/// </summary>
internal sealed class AccessTokenOptions(IOptions<OAuthOptions> oauth, IssuerKeys issuer)
    : IOptionsMonitor<JwtBearerOptions>
{
    /// <summary>How much the clocks of the issuer and of this server may differ.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    private readonly Lazy<JwtBearerOptions> _options = new(() => Create(oauth.Value, issuer));

    public JwtBearerOptions CurrentValue => _options.Value;

    public JwtBearerOptions Get(string? name) => _options.Value;

    public IDisposable? OnChange(Action<JwtBearerOptions, string?> listener) => null;

    private static JwtBearerOptions Create(OAuthOptions oauth, IssuerKeys issuer)
    {
        var options = new JwtBearerOptions
        {
            TokenValidationParameters = CreateValidationParameters(oauth),
            Events = new JwtBearerEvents(),
            SaveToken = false,
        };
        options.TokenHandlers.Clear();
        options.TokenHandlers.Add(CreateValidator(oauth, issuer));
        return options;
    }

    private static AccessTokenValidator CreateValidator(OAuthOptions oauth, IssuerKeys issuer)
    {
        var cache = new MemoryCache(new MemoryCacheOptions { SizeLimit = oauth.TokenCacheSize });
        var validTokens = new ValidTokens(cache, TimeSpan.FromSeconds(oauth.TokenCacheSeconds));
        var checks = new AccessTokenChecks(oauth);
        var scopes = new AccessTokenScopes(oauth);
        return new AccessTokenValidator(validTokens, checks, scopes, issuer) { MapInboundClaims = false };
    }

    private static SharedValidationParameters CreateValidationParameters(OAuthOptions oauth)
    {
        var parameters = new SharedValidationParameters
        {
            AuthenticationType = OAuthDefaults.AuthenticationScheme,
            ValidIssuers = oauth.AcceptedIssuers,
            ValidAudiences = oauth.AcceptedAudiences,
            ValidAlgorithms =
            [
                "RS256", "RS384", "RS512",
                "PS256", "PS384", "PS512",
                "ES256", "ES384", "ES512",
            ],
            ClockSkew = ClockSkew,
            NameClaimType = "sub",
            RoleClaimType = "roles",
        };
        if (oauth.AllowMissingAudience)
        {
            parameters.AudienceValidator = (inToken, _, _) => IsMissingOrAccepted(inToken, oauth);
        }

        return parameters;
    }

    private static bool IsMissingOrAccepted(IEnumerable<string> audiences, OAuthOptions oauth)
    {
        string[] inToken = [.. audiences];
        if (inToken.Length == 0)
        {
            return true;
        }

        return inToken.Intersect(oauth.AcceptedAudiences, StringComparer.Ordinal).Any();
    }
}
