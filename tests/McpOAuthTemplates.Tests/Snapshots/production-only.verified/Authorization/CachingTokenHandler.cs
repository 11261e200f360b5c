using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TodoServer.Authorization;

/// <summary>
/// Validates access tokens, and remembers for a short while which ones were valid: the SHA-256 of
/// the token, what it says without its signature, and the keys it was valid with. What a request
/// may do follows from the claims each time.
/// </summary>
internal sealed class CachingTokenHandler(MemoryCache validTokens, TimeSpan duration) : JsonWebTokenHandler
{
    public override async Task<TokenValidationResult> ValidateTokenAsync(
        string token, TokenValidationParameters parameters)
    {
        BaseConfiguration issuer;
        try
        {
            issuer = await parameters.ConfigurationManager.GetBaseConfigurationAsync(CancellationToken.None);
        }
        catch (InvalidOperationException exception)
        {
            return new() { Exception = exception }; // Without keys, no token is valid.
        }

        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        if (FindValid(hash, issuer) is { } known)
        {
            return new()
            {
                IsValid = true,
                SecurityToken = known,
                ClaimsIdentity = CreateClaimsIdentity(known, parameters),
            };
        }

        var result = await base.ValidateTokenAsync(token, parameters);
        if (result.IsValid)
        {
            Remember(hash, token, issuer);
        }

        return result;
    }

    // The issuer is another object as soon as its keys were read again: nothing that was
    // remembered counts then.
    private JsonWebToken? FindValid(string hash, BaseConfiguration issuer)
    {
        if (validTokens.TryGetValue(hash, out ValidToken? known) && known!.Issuer == issuer)
        {
            return known.Jwt;
        }

        return null;
    }

    private void Remember(string hash, string token, BaseConfiguration issuer)
    {
        // Without the signature, it opens no door.
        var jwt = new JsonWebToken(token[..(token.LastIndexOf('.') + 1)]);
        var end = DateTime.UtcNow + duration;
        if (end > jwt.ValidTo)
        {
            end = jwt.ValidTo;
        }

        var options = new MemoryCacheEntryOptions { AbsoluteExpiration = end };
        options.SetSize(1 + (token.Length / 1024)); // A long one takes the place of several.
        validTokens.Set(hash, new ValidToken(issuer, jwt), options);
    }

    private sealed record ValidToken(BaseConfiguration Issuer, JsonWebToken Jwt);
}
