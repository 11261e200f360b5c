using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>
/// An authorization server that only publishes its keys, on a port of the loopback interface, and signs any token a test wants.
/// </summary>
internal sealed class TestIssuer : IAsyncDisposable
{
    // To find the primes takes most of a second: all issuers have one key, each with an id of its own, and all forgers another.
    private static readonly Lazy<RSAParameters> s_key = new(CreateParameters);
    private static readonly Lazy<RSAParameters> s_foreignKey = new(CreateParameters);

    private readonly int _port;
    private WebApplication? _app;

    public TestIssuer()
    {
        _port = ServerProcess.GetFreePort();
        Issuer = $"http://localhost:{_port}/issuer";
    }

    public string Issuer { get; }

    /// <summary>What the issuer says of itself, beside its name and the place of its keys; a test can change that, too.</summary>
    public JsonObject Metadata { get; } = [];

    /// <summary>The key that it signs with.</summary>
    public RsaSecurityKey Key { get; set; } = CreateKey();

    /// <summary>Further keys that it publishes: earlier ones, or the next.</summary>
    public RsaSecurityKey[] OtherKeys { get; set; } = [];

    /// <summary>By how much its clock is ahead of that of this machine.</summary>
    public TimeSpan ClockOffset { get; set; }

    /// <summary>Stands between its readers and what it publishes: null if nothing does.</summary>
    public Func<HttpContext, RequestDelegate, Task>? Fault { get; set; }

    /// <summary>How often the discovery document and the keys were read.</summary>
    public int KeyRequests { get; private set; }

    public static async Task<TestIssuer> StartNewAsync()
    {
        var issuer = new TestIssuer();
        await issuer.StartAsync();
        return issuer;
    }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, _port));
        _app = builder.Build();
        _app.Use((http, next) => Fault is { } fault ? fault(http, next) : next(http));
        _app.MapGet("/issuer/.well-known/openid-configuration", () =>
        {
            var metadata = new JsonObject { ["issuer"] = Issuer, ["jwks_uri"] = Issuer + "/keys" };
            foreach (var (name, value) in Metadata)
            {
                metadata[name] = value?.DeepClone();
            }

            return Text(metadata);
        });
        _app.MapGet("/issuer/keys", () =>
        {
            KeyRequests++;
            return Text(HasNoKeys ? GetKeySet() : GetKeySet([Key, .. OtherKeys]));
        });
        await _app.StartAsync();

        static IResult Text(JsonObject json) => Results.Text(json.ToJsonString(), "application/json");
    }

    public async Task StopAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
            _app = null;
        }
    }

    /// <summary>Replaces the signing key, as an issuer does from time to time, and some under the same id.</summary>
    public void RotateKey(string? id = null) => Key = CreateNewKey(id);

    /// <summary>Publishes the keys no longer, or again.</summary>
    public bool HasNoKeys { get; set; }

    /// <summary>
    /// Signs a token as RFC 9068 describes it. A claim of null leaves the claim out; "iss", "aud", "exp", "nbf" and the like can be
    /// overridden by name.
    /// </summary>
    public string CreateToken(
        string audience,
        string? scope = null,
        string subject = "alice",
        string type = "at+jwt",
        SigningCredentials? signedBy = null,
        params (string Name, object? Value)[] claims)
    {
        var now = DateTimeOffset.UtcNow + ClockOffset;
        var payload = new Dictionary<string, object?>
        {
            ["iss"] = Issuer,
            ["aud"] = audience,
            ["sub"] = subject,
            ["client_id"] = "test-client",
            ["iat"] = now.AddMinutes(-5).ToUnixTimeSeconds(),
            ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds(),
            ["scope"] = scope,
        };
        foreach (var (name, value) in claims)
        {
            payload[name] = value;
        }

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = type,
            Claims = payload.Where(claim => claim.Value is not null).ToDictionary(claim => claim.Key, claim => claim.Value!),
            SigningCredentials = signedBy ?? new SigningCredentials(Key, SecurityAlgorithms.RsaSha256),
        });
    }

    /// <summary>Signs a token of exactly this header and payload, in which kid and the place of more claims are filled in.</summary>
    public string SignText(string header, string payload)
    {
        var input = $"{Base64UrlEncoder.Encode(header.Replace("KID", Key.KeyId, StringComparison.Ordinal))}.{Base64UrlEncoder.Encode(payload)}";
        return $"{input}.{JwtTokenUtilities.CreateEncodedSignature(input, new SigningCredentials(Key, SecurityAlgorithms.RsaSha256))}";
    }

    /// <summary>The public parts of keys as issuers publish them (RFC 7517).</summary>
    public static JsonObject GetKeySet(params RsaSecurityKey[] keys) => new()
    {
        ["keys"] = new JsonArray([.. keys.Select(GetPublicPart)]),
    };

    /// <summary>The key of an issuer.</summary>
    public static RsaSecurityKey CreateKey() => CreateKey(s_key.Value, CreateId());

    /// <summary>A key that is of no issuer, whatever id it has.</summary>
    public static RsaSecurityKey CreateForeignKey(string? id = null) => CreateKey(s_foreignKey.Value, id ?? CreateId());

    /// <summary>A key that no other issuer has, which takes most of a second.</summary>
    public static RsaSecurityKey CreateNewKey(string? id = null) => CreateKey(CreateParameters(), id ?? CreateId());

    public async ValueTask DisposeAsync() => await StopAsync();

    private static JsonObject GetPublicPart(RsaSecurityKey key)
    {
        var parameters = key.Rsa.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["alg"] = "RS256",
            ["kid"] = key.KeyId,
            ["n"] = Base64UrlEncoder.Encode(parameters.Modulus),
            ["e"] = Base64UrlEncoder.Encode(parameters.Exponent),
        };
    }

    private static RsaSecurityKey CreateKey(RSAParameters parameters, string id) => new(RSA.Create(parameters)) { KeyId = id };

    private static string CreateId() => Guid.NewGuid().ToString("N");

    private static RSAParameters CreateParameters()
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportParameters(includePrivateParameters: true);
    }
}
