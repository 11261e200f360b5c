using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TodoServer.Authorization;

/// <summary>
/// Caches valid tokens for a short time: the SHA-256 of the token, the token without its signature,
/// and the keys that it was validated with. What a request may do is decided from the claims each
/// time.
/// </summary>
internal sealed class ValidTokens(MemoryCache tokens, TimeSpan duration)
{
    /// <summary>
    /// After the keys are read again, they are another object, and no cached result is used.
    /// </summary>
    public JsonWebToken? Find(string token, BaseConfiguration keys)
    {
        if (tokens.TryGetValue(Hash(token), out ValidToken? known) && known!.Keys == keys)
        {
            return known.Jwt;
        }

        return null;
    }

    public void Remember(string token, BaseConfiguration keys)
    {
        // Without the signature, it is useless to others.
        var jwt = new JsonWebToken(token[..(token.LastIndexOf('.') + 1)]);
        var end = DateTime.UtcNow + duration;
        if (end > jwt.ValidTo)
        {
            end = jwt.ValidTo;
        }

        var options = new MemoryCacheEntryOptions { AbsoluteExpiration = end };
        options.SetSize(1 + (token.Length / 1024)); // A long token counts as several.
        tokens.Set(Hash(token), new ValidToken(keys, jwt), options);
    }

    private static string Hash(string token) =>
        Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private sealed record ValidToken(BaseConfiguration Keys, JsonWebToken Jwt);
}
