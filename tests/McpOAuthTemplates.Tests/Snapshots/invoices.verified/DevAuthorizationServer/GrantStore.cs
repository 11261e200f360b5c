#if DEBUG
using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Caching.Memory;

namespace TodoServer.DevAuthorizationServer;

/// <summary>What a person has consented to. The codes and tokens that come from it share it, and end with it.</summary>
internal sealed record Grant(
    string ClientId, string Subject, string[] Scopes, Dictionary<string, string[]>? Claims = null)
{
    public bool IsRevoked { get; set; }
}

/// <summary>A refresh token or, with a request, a code. It stays after its use, to see a second one.</summary>
internal sealed record GrantHandle(Grant Grant, AuthorizationRequest? Request = null)
{
    private int _uses;

    public void Use()
    {
        // A second use means that somebody has a copy: everything ends (OAuth 2.1, section 4.3.1).
        Grant.IsRevoked |= Interlocked.Increment(ref _uses) > 1;
        OAuthError.ThrowIf(Grant.IsRevoked, "invalid_grant", "It was used before, or is revoked.");
    }

    public void RevokeFor(string client) => Grant.IsRevoked |= Grant.ClientId == client;
}

/// <summary>Keeps things under names that nobody can guess, and not more than fit: abuse fills no memory.</summary>
internal sealed class GrantStore() : MemoryCache(new MemoryCacheOptions { SizeLimit = 10_000 })
{
    public string Add(object entry, TimeSpan lifetime)
    {
        var name = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));
        this.Set(name, entry, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = lifetime });
        return name;
    }

    public T? Find<T>(string? name) where T : class => this.Get(name ?? "") as T;
}
#endif
