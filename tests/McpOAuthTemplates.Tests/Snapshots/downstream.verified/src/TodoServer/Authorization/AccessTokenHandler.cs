using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;

namespace TodoServer.Authorization;

/// <summary>
/// Authenticates requests with access tokens, with options that nothing else in the app can change,
/// and challenges as RFC 6750 specifies.
/// </summary>
internal sealed class AccessTokenHandler(
    AccessTokenOptions options,
    ILoggerFactory loggers,
    IOptions<OAuthOptions> oauth,
    BearerChallenge challenge,
    AuthorizationRules rules,
    PolicyDecision decision) : JwtBearerHandler(options, new AccessTokenLoggers(loggers), UrlEncoder.Default)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (IsBoundToken(Request.Headers.Authorization.ToString()))
        {
            return AuthenticateResult.Fail(new AccessTokenException(
                "This server accepts only Bearer tokens, not tokens with a proof of possession."));
        }

        var result = await base.HandleAuthenticateAsync();
        if (result.Succeeded && !HasRequiredClaims(result.Principal))
        {
            return AuthenticateResult.Fail("A required claim is missing.");
        }

        return result;
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var result = await HandleAuthenticateOnceSafeAsync();
        if (result.Failure is IssuerUnavailableException unavailable)
        {
            await BearerChallenge.WriteUnavailableAsync(Context, unavailable);
            return;
        }

        await challenge.WriteUnauthorizedAsync(Context, result.Failure);
    }

    /// <summary>
    /// For endpoints of the app with [RequireScope]: says which scopes are missing, if more scopes
    /// would help.
    /// </summary>
    protected override async Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var metadata = Context.GetEndpoint()?.Metadata ?? EndpointMetadataCollection.Empty;
        if (await decision.AllowAsync(Context, await rules.GetAsync(metadata)))
        {
            // The response already has a more specific status.
            await BearerChallenge.WriteForbiddenAsync(Context);
        }
    }

    private static bool IsBoundToken(string authorization) =>
        authorization.StartsWith("DPoP ", StringComparison.OrdinalIgnoreCase);

    private bool HasRequiredClaims(ClaimsPrincipal token)
    {
        foreach (var (name, accepted) in oauth.Value.RequiredClaims)
        {
            var claims = token.FindAll(name);
            if (!claims.Any(claim => accepted.Contains(claim.Value, StringComparer.Ordinal)))
            {
                return false;
            }
        }

        return true;
    }
}
