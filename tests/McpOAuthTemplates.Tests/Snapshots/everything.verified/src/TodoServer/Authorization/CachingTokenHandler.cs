using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TodoServer.Authorization;

/// <summary>
/// Validates access tokens, and remembers for a short while which ones were valid: the SHA-256 of the token, what it says without
/// its signature, and the keys it was valid with. What a request may do follows from the claims each time.
/// </summary>
internal sealed class CachingTokenHandler(MemoryCache validTokens, TimeSpan duration) : JsonWebTokenHandler
{
    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters parameters)
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

        // The issuer is another object as soon as its keys were read again: nothing that was remembered counts then.
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        if (validTokens.TryGetValue(hash, out (BaseConfiguration Issuer, JsonWebToken Jwt) known) && known.Issuer == issuer)
        {
            var claims = CreateClaimsIdentity(known.Jwt, parameters);
            return new() { IsValid = true, SecurityToken = known.Jwt, ClaimsIdentity = claims };
        }

        var result = await base.ValidateTokenAsync(token, parameters);
        if (result.IsValid)
        {
            // Without the signature, it opens no door. A long one takes the place of several.
            var jwt = new JsonWebToken(token[..(token.LastIndexOf('.') + 1)]);
            var end = DateTime.UtcNow + duration;
            var options = new MemoryCacheEntryOptions { AbsoluteExpiration = end < jwt.ValidTo ? end : jwt.ValidTo };
            validTokens.Set(hash, (issuer, jwt), options.SetSize(1 + (token.Length / 1024)));
        }

        return result;
    }
}
