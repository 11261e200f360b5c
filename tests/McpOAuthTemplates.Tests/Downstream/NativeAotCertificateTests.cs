using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace McpOAuthTemplates.Tests.Downstream;

/// <summary>The native binary with a certificate instead of a secret, in both dialects of the exchange.</summary>
public sealed class NativeAotCertificateTests(NativeAotDownstreamServer fixture) : IClassFixture<NativeAotDownstreamServer>
{
    [SkippableTheory]
    [InlineData("rsa", "RS256", "false", "client-authentication+jwt")]
    [InlineData("ecdsa", "ES256", "true", "JWT")]
    public async Task The_client_signs_what_it_asks(string kind, string algorithm, string onBehalfOf, string type)
    {
        Skip.If(NativeAotDownstreamServer.SkipReason is not null, NativeAotDownstreamServer.SkipReason);
        var (pem, key) = CreateCertificate(kind);
        await using var server = await NativeAotDownstreamServer.StartServerAsync(fixture.GetSettings(
            ("Downstream__Orders__ClientSecret", ""),
            ("Downstream__Orders__ClientCertificate", pem),
            ("Downstream__Orders__OnBehalfOf", onBehalfOf)));
        var token = fixture.Issuer.CreateToken(new Uri(server.Address, "mcp").AbsoluteUri, "todo:read", kind);
        using var response = await server.Client.CallToolAsync("list_orders", token);
        Assert.Equal($"orders of {kind}", await response.ReadToolTextAsync());

        var exchange = Assert.Single(fixture.Others.GetExchanges(kind));
        var isOnBehalfOf = onBehalfOf == "true";
        Assert.True(string.IsNullOrEmpty(exchange.Authorization));
        Assert.Equal(NativeAotDownstreamServer.ClientId, exchange.Form["client_id"]);
        Assert.Equal("urn:ietf:params:oauth:client-assertion-type:jwt-bearer", exchange.Form["client_assertion_type"]);
        Assert.Equal(token, exchange.Form[isOnBehalfOf ? "assertion" : "subject_token"]);
        Assert.Equal(isOnBehalfOf, exchange.Form.ContainsKey("requested_token_use"));

        var assertion = new JsonWebToken(exchange.Form["client_assertion"]);
        Assert.Equal(type, assertion.Typ);
        Assert.Equal(algorithm, assertion.Alg);
        using var certificate = X509Certificate2.CreateFromPem(pem);
        Assert.Equal(
            Base64UrlEncoder.Encode(certificate.GetCertHash(HashAlgorithmName.SHA256)),
            assertion.GetHeaderValue<string>("x5t#S256"));
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(assertion.EncodedToken, new TokenValidationParameters
        {
            ValidIssuer = NativeAotDownstreamServer.ClientId,
            ValidAudience = isOnBehalfOf ? fixture.Others.TokenEndpoint : fixture.Issuer.Issuer,
            IssuerSigningKey = key,
        });
        Assert.True(result.IsValid, result.Exception?.Message);
        Assert.Equal(NativeAotDownstreamServer.ClientId, assertion.Subject);
        Assert.InRange(assertion.ValidTo - DateTime.UtcNow, TimeSpan.Zero, TimeSpan.FromMinutes(5));
    }

    private static (string Pem, SecurityKey Key) CreateCertificate(string kind)
    {
        if (kind == "rsa")
        {
            var rsa = RSA.Create(2048);
            var request = new CertificateRequest("CN=server", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            return (Export(request, rsa), new RsaSecurityKey(rsa));
        }

        var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (Export(new CertificateRequest("CN=server", ecdsa, HashAlgorithmName.SHA256), ecdsa), new ECDsaSecurityKey(ecdsa));
    }

    private static string Export(CertificateRequest request, AsymmetricAlgorithm key)
    {
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem();
    }
}
