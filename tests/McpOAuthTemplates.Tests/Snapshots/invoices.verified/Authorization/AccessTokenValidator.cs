using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace TodoServer.Authorization;

/// <summary>
/// Validates access tokens. The checks that need no keys come first, so that a token that fails
/// them does not wait for the keys.
/// </summary>
internal sealed class AccessTokenValidator(
    ValidTokens validTokens,
    AccessTokenChecks checks,
    AccessTokenScopes scopes,
    IssuerKeys issuer) : JsonWebTokenHandler
{
    public override async Task<TokenValidationResult> ValidateTokenAsync(
        string token, TokenValidationParameters parameters)
    {
        if (issuer.Current is { } current && validTokens.Find(token, current) is { } known)
        {
            return Accept(known, parameters);
        }

        checks.CheckText(token);
        var jwt = ReadJsonWebToken(token);
        AccessTokenChecks.CheckClaims(jwt, parameters);

        var keys = await issuer.GetAsync();
        var result = await ValidateSignedAsync(jwt, keys, parameters);
        if (IsOfOtherKey(result) && await issuer.FindNewerAsync(keys, jwt.Kid) is { } newer)
        {
            keys = newer;
            result = await ValidateSignedAsync(jwt, keys, parameters);
        }

        if (!result.IsValid)
        {
            return result;
        }

        validTokens.Remember(token, keys);
        return Accept(jwt, parameters);
    }

    // There is no key with this id, or the issuer has replaced a key and kept its id.
    private static bool IsOfOtherKey(TokenValidationResult result) =>
        result.Exception is SecurityTokenInvalidSignatureException;

    private Task<TokenValidationResult> ValidateSignedAsync(
        JsonWebToken token, OpenIdConnectConfiguration keys, TokenValidationParameters parameters)
    {
        var withKeys = ((SharedValidationParameters)parameters).Copy();
        withKeys.IssuerSigningKeys = keys.SigningKeys;
        return base.ValidateTokenAsync(token, withKeys);
    }

    private TokenValidationResult Accept(JsonWebToken token, TokenValidationParameters parameters)
    {
        var identity = CreateClaimsIdentity(token, parameters);
        scopes.Complete(identity, token);
        return new() { IsValid = true, SecurityToken = token, ClaimsIdentity = identity };
    }
}
