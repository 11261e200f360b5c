using System.Net.Http.Json;
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TodoServer.Tests;

/// <summary>
/// An authorization server without a network: it answers the requests for its keys, and signs any
/// token.
/// </summary>
public sealed class TestIssuer : HttpMessageHandler
{
    public const string Url = "https://issuer.test";

    public RsaSecurityKey Key { get; set; } = CreateKey("first");

    public bool IsDown { get; set; }

    public static RsaSecurityKey CreateKey(string id) => new(RSA.Create(2048)) { KeyId = id };

    public string Sign(
        Dictionary<string, object?> claims,
        SigningCredentials? signedBy = null,
        string type = "at+jwt",
        Dictionary<string, object>? header = null) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = type,
            AdditionalHeaderClaims = header,
            Claims = claims.Where(claim => claim.Value is not null).ToDictionary(claim => claim.Key, claim => claim.Value!),
            SigningCredentials = signedBy ?? new SigningCredentials(Key, SecurityAlgorithms.RsaSha256),
        });

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var key = Key.Rsa.ExportParameters(includePrivateParameters: false);
        var (n, e) = (Base64UrlEncoder.Encode(key.Modulus), Base64UrlEncoder.Encode(key.Exponent));
        object document = request.RequestUri!.AbsoluteUri == Url + "/keys"
            ? new { keys = new[] { new { kty = "RSA", use = "sig", kid = Key.KeyId, n, e } } }
            : new { issuer = Url, jwks_uri = Url + "/keys" };
        return IsDown
            ? throw new HttpRequestException("The issuer does not answer.")
            : Task.FromResult(new HttpResponseMessage { Content = JsonContent.Create(document) });
    }
}
