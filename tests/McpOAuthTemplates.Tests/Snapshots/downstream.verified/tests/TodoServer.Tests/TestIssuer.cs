using System.Net.Http.Json;
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TodoServer.Tests;

/// <summary>
/// An authorization server without a network: it returns its keys, and signs any token.
/// </summary>
public sealed class TestIssuer : HttpMessageHandler
{
    public const string Url = "https://issuer.test";

    // Generating a key takes time, so all issuers start with the same one.
    private static readonly RSAParameters s_first = CreateParameters();
    private static readonly RSAParameters s_other = CreateParameters();

    private int _requests;

    /// <summary>The issuer in the discovery document.</summary>
    public string Name { get; set; } = Url;

    public RsaSecurityKey Key { get; set; } = new(RSA.Create(s_first)) { KeyId = "first" };

    public bool IsDown { get; set; }

    /// <summary>How often its keys were requested.</summary>
    public int Requests => _requests;

    private SigningCredentials Credentials => new(Key, SecurityAlgorithms.RsaSha256);

    /// <summary>A key that the issuer does not publish.</summary>
    public static RsaSecurityKey CreateOtherKey(string id) =>
        new(RSA.Create(s_other)) { KeyId = id };

    public string Sign(
        Dictionary<string, object?> claims,
        SigningCredentials? signedBy = null,
        string type = "at+jwt",
        Dictionary<string, object>? header = null)
    {
        var given = claims.Where(claim => claim.Value is not null);
        var handler = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false };
        return handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = type,
            AdditionalHeaderClaims = header,
            Claims = given.ToDictionary(claim => claim.Key, claim => claim.Value),
            SigningCredentials = signedBy ?? Credentials,
        });
    }

    /// <summary>A token with exactly this header and payload, each as base64url.</summary>
    public string Sign(string header, string payload)
    {
        var text = $"{header}.{payload}";
        return $"{text}.{JwtTokenUtilities.CreateEncodedSignature(text, Credentials)}";
    }

    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (IsDown)
        {
            throw new HttpRequestException("The issuer does not answer.");
        }

        object document = new { issuer = Name, jwks_uri = Url + "/keys" };
        if (request.RequestUri!.AbsoluteUri == Url + "/keys")
        {
            Interlocked.Increment(ref _requests);
            document = CreateKeySet();
        }

        var content = JsonContent.Create(document);
        return Task.FromResult(new HttpResponseMessage { Content = content });
    }

    private static RSAParameters CreateParameters()
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportParameters(includePrivateParameters: true);
    }

    private object CreateKeySet()
    {
        var key = Key.Rsa.ExportParameters(includePrivateParameters: false);
        var published = new
        {
            kty = "RSA",
            use = "sig",
            kid = Key.KeyId,
            n = Base64UrlEncoder.Encode(key.Modulus),
            e = Base64UrlEncoder.Encode(key.Exponent),
        };
        return new { keys = new[] { published } };
    }
}
