using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TodoServer.Downstream;

/// <summary>Proves to the authorization server which client asks.</summary>
internal static class ExchangeClient
{
    private const string AssertionType =
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// <summary>Reads a certificate and its private key. Throws CryptographicException.</summary>
    public static X509Certificate2 ReadCertificate(string pem) =>
        X509Certificate2.CreateFromPem(pem, pem);

    /// <summary>Adds what authenticates the client to the form or to the header.</summary>
    public static void Authenticate(
        HttpRequestMessage request,
        Dictionary<string, string> form,
        DownstreamOptions options,
        string issuer)
    {
        if (options.ClientCertificate.Length > 0)
        {
            form["client_id"] = options.ClientId;
            form["client_assertion_type"] = AssertionType;
            form["client_assertion"] = CreateAssertion(options, issuer, request.RequestUri!);
            return;
        }

        if (options.SecretInBody)
        {
            form["client_id"] = options.ClientId;
            form["client_secret"] = options.ClientSecret;
            return;
        }

        // RFC 6749, section 2.3.1: a client id can be a URL, with a colon.
        var text = $"{FormEncode(options.ClientId)}:{FormEncode(options.ClientSecret)}";
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", credentials);
    }

    /// <summary>
    /// RFC 7523, section 3. The type of the token says what it is for, except at Microsoft, which
    /// takes JWT, and wants its token endpoint as audience.
    /// </summary>
    private static string CreateAssertion(
        DownstreamOptions options, string issuer, Uri tokenEndpoint)
    {
        using var certificate = ReadCertificate(options.ClientCertificate);
        var type = "client-authentication+jwt";
        var audience = issuer;
        if (options.OnBehalfOf)
        {
            type = "JWT";
            audience = tokenEndpoint.AbsoluteUri;
        }

        var thumbprint = certificate.GetCertHash(HashAlgorithmName.SHA256);
        var now = DateTime.UtcNow;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            TokenType = type,
            AdditionalHeaderClaims = new Dictionary<string, object>
            {
                ["x5t#S256"] = Base64UrlEncoder.Encode(thumbprint),
            },
            Issuer = options.ClientId,
            Audience = audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddMinutes(2),
            Claims = new Dictionary<string, object>
            {
                ["sub"] = options.ClientId,
                ["jti"] = Guid.NewGuid().ToString("N"),
            },
            SigningCredentials = CreateCredentials(certificate),
        });
    }

    private static SigningCredentials CreateCredentials(X509Certificate2 certificate)
    {
        if (certificate.GetRSAPrivateKey() is { } rsa)
        {
            var key = new RsaSecurityKey(rsa);
            return CreateCredentials(key, SecurityAlgorithms.RsaSha256, certificate);
        }

        var ecdsa = certificate.GetECDsaPrivateKey()
            ?? throw new CryptographicException("The key is neither RSA nor ECDSA.");
        var algorithm = ecdsa.KeySize switch
        {
            384 => SecurityAlgorithms.EcdsaSha384,
            521 => SecurityAlgorithms.EcdsaSha512,
            _ => SecurityAlgorithms.EcdsaSha256,
        };
        return CreateCredentials(new ECDsaSecurityKey(ecdsa), algorithm, certificate);
    }

    private static SigningCredentials CreateCredentials(
        SecurityKey key, string algorithm, X509Certificate2 certificate)
    {
        key.KeyId = certificate.Thumbprint;

        // The library would keep the key of a certificate that is disposed of.
        key.CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false };
        return new SigningCredentials(key, algorithm);
    }

    private static string FormEncode(string text) => Uri.EscapeDataString(text);
}
