using System.Text.Json;
using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace McpOAuthTemplates.Tests.Providers;

/// <summary>Stands for a provider of the table: publishes what it publishes, and signs any token a test wants.</summary>
internal sealed class ProviderEmulator
{
    private readonly Provider _provider;
    private readonly RsaSecurityKey _key = TestIssuer.CreateKey();

    /// <summary>Publishes nothing: whoever uses it does.</summary>
    public ProviderEmulator(Provider provider) => _provider = provider;

    public ProviderEmulator(Provider provider, ProviderHosts hosts)
        : this(provider)
    {
        hosts.Publish(provider.Keys, GetKeySet().ToJsonString());
        foreach (var url in provider.Discovery)
        {
            hosts.Publish(url, new JsonObject { ["issuer"] = provider.Issuer, ["jwks_uri"] = provider.Keys }.ToJsonString());
        }
    }

    /// <summary>The public part of its key.</summary>
    public JsonObject GetKeySet() => TestIssuer.GetKeySet(_key);

    /// <summary>Signs an access token with changes, by default one that has all scopes.</summary>
    public string SignAccessToken(Claims? changes = null, SecurityKey? key = null)
    {
        var now = DateTimeOffset.UtcNow;
        var claims = new Claims
        {
            ["iss"] = _provider.Issuer,
            ["sub"] = "alice",
            ["iat"] = now.AddMinutes(-5).ToUnixTimeSeconds(),
            ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds(),
        };
        claims = claims.With(_provider.AccessToken).With(_provider.GetScopes("todo:read", "todo:write")).With(changes ?? []);
        claims.Remove(Provider.HeaderType, out var type);
        var header = new Claims { ["alg"] = SecurityAlgorithms.RsaSha256, ["kid"] = _key.KeyId, ["typ"] = type };

        // Not by JsonWebTokenHandler, which gives every token a type.
        var input = $"{Encode(header)}.{Encode(claims)}";
        var credentials = new SigningCredentials(key ?? _key, SecurityAlgorithms.RsaSha256);
        return $"{input}.{JwtTokenUtilities.CreateEncodedSignature(input, credentials)}";
    }

    public string SignIdToken() => SignAccessToken(
        new Claims { [_provider.ScopeClaim] = null, ["nonce"] = "n", ["at_hash"] = "h" }.With(_provider.IdToken));

    private static string Encode(Claims claims) => Base64UrlEncoder.Encode(JsonSerializer.Serialize(
        claims.Where(claim => claim.Value is not null).ToDictionary()));
}
