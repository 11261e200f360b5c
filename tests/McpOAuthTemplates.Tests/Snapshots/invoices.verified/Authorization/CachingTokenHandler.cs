using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TodoServer.Authorization;

/// <summary>
/// Validates access tokens, and remembers for a short while which ones were valid. It keeps no token and no claim, only the
/// SHA-256 of the token and the keys that it was valid with: what a request may do is read from its own token each time.
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
        var hash = Convert.ToBase64String(SHA256.HashData(MemoryMarshal.AsBytes(token.AsSpan())));
        if (validTokens.TryGetValue(hash, out var known) && known == issuer)
        {
            var jwt = ReadJsonWebToken(token);
            return new() { IsValid = true, SecurityToken = jwt, ClaimsIdentity = CreateClaimsIdentity(jwt, parameters) };
        }

        var result = await base.ValidateTokenAsync(token, parameters);
        if (result.IsValid)
        {
            var end = DateTime.UtcNow + duration;
            var expiry = result.SecurityToken.ValidTo;
            var options = new MemoryCacheEntryOptions { Size = 1, AbsoluteExpiration = end < expiry ? end : expiry };
            validTokens.Set(hash, issuer, options);
        }

        return result;
    }
}
