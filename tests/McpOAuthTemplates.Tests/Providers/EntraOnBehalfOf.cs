using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace McpOAuthTemplates.Tests.Providers;

/// <summary>
/// The on-behalf-of flow of the emulator, as the documentation of Entra ID describes it: the client
/// is the app of the server, the token that it exchanges is for this app and of a user, and another
/// API is named by a scope. The client has a secret, and a certificate that signs assertions.
/// </summary>
internal sealed class EntraOnBehalfOf(ProviderEmulator signer, string issuer, string tokenEndpoint)
{
    public const string GrantType = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    public const string OrdersApp = "api://3f1d7c52-orders";

    // Each of these is percent-encoded in a form.
    public const string Secret = "b~8Q secret+%&=";

    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private readonly ConcurrentDictionary<string, bool> _usedAssertions = new();

    /// <summary>The certificate of the app, of which Entra ID has the public part.</summary>
    public X509Certificate2 Certificate { get; } = CreateCertificate();

    /// <summary>The errors that it answers to these users, instead of a token.</summary>
    public ConcurrentDictionary<string, (string Error, string? Suberror)> Refusals { get; } = new();

    /// <summary>How the clients authenticated that got a token: "secret" or "certificate".</summary>
    public ConcurrentQueue<string> Authentications { get; } = [];

    /// <summary>What it has refused.</summary>
    public ConcurrentQueue<string> Errors { get; } = [];

    /// <summary>Signs what a client of this user would get for the server.</summary>
    public string SignUserToken(string user, params (string Name, object? Value)[] changes)
    {
        var claims = new Claims
        {
            ["iss"] = issuer,
            ["aud"] = EntraEmulator.ServerApp,
            ["azp"] = EntraEmulator.ClientApp,
            ["sub"] = user,
            ["scp"] = "todo:read todo:write",
            ["uti"] = RandomNumberGenerator.GetHexString(16),
        };
        foreach (var (name, value) in changes)
        {
            claims[name] = value;
        }

        return signer.SignAccessToken(claims);
    }

    public async Task<IResult> ExchangeAsync(HttpContext http, Dictionary<string, string> form)
    {
        if (await FindClientErrorAsync(http, form) is { } clientError)
        {
            return Refuse("invalid_client", clientError, status: 401);
        }

        if (FindRequestError(form) is { } requestError)
        {
            return Refuse("invalid_request", requestError);
        }

        var assertion = await ValidateAsync(form["assertion"]);
        if (assertion is null)
        {
            return Refuse("invalid_grant", "AADSTS50013: The assertion is not a valid token for this app.");
        }

        if (!assertion.TryGetPayloadValue("scp", out string? _))
        {
            return Refuse("invalid_grant", "AADSTS7000114: An app may not make calls on behalf of an app.");
        }

        if (form["scope"] != $"{OrdersApp}/.default")
        {
            return Refuse("invalid_scope", "AADSTS70011: The scope is not valid.");
        }

        if (Refusals.TryGetValue(assertion.Subject, out var refusal))
        {
            return Refuse(refusal.Error, "AADSTS65001: The user has not consented.", refusal.Suberror);
        }

        return Results.Json(new
        {
            token_type = "Bearer",
            scope = $"{OrdersApp}/Orders.Read",
            expires_in = 3600,
            ext_expires_in = 3600,
            access_token = SignUserToken(
                assertion.Subject,
                ("aud", OrdersApp),
                ("azp", EntraEmulator.ServerApp),
                ("scp", "Orders.Read")),
        });
    }

    private IResult Refuse(string error, string description, string? suberror = null, int status = 400)
    {
        Errors.Enqueue($"{error}: {description}");
        var answer = new JsonObject { ["error"] = error, ["error_description"] = description };
        if (suberror is not null)
        {
            answer["suberror"] = suberror;
        }

        return Results.Text(answer.ToJsonString(), "application/json", statusCode: status);
    }

    private static string? FindRequestError(Dictionary<string, string> form)
    {
        if (form.GetValueOrDefault("requested_token_use") != "on_behalf_of")
        {
            return "AADSTS900144: requested_token_use is missing.";
        }

        if (!form.ContainsKey("assertion") || !form.ContainsKey("scope"))
        {
            return "AADSTS900144: assertion or scope is missing.";
        }

        string[] foreign = ["subject_token", "requested_token_type", "resource", "audience"];
        if (foreign.Any(form.ContainsKey))
        {
            return "AADSTS901002: There is a parameter of another grant.";
        }

        return null;
    }

    private async Task<string?> FindClientErrorAsync(HttpContext http, Dictionary<string, string> form)
    {
        var secret = form.GetValueOrDefault("client_secret");
        var clientId = form.GetValueOrDefault("client_id");
        if (AuthenticationHeaderValue.TryParse(http.Request.Headers.Authorization, out var header))
        {
            var credentials = Encoding.UTF8.GetString(Convert.FromBase64String(header.Parameter!)).Split(':');
            clientId = Uri.UnescapeDataString(credentials[0].Replace('+', ' '));
            secret = Uri.UnescapeDataString(credentials[1].Replace('+', ' '));
        }

        if (clientId != EntraEmulator.ServerApp)
        {
            return "AADSTS700016: There is no such application in the tenant.";
        }

        if (form.TryGetValue("client_assertion", out var assertion))
        {
            if (secret is not null || form.GetValueOrDefault("client_assertion_type") != AssertionType)
            {
                return "AADSTS50027: There is more or less than an assertion.";
            }

            return await FindAssertionErrorAsync(assertion);
        }

        if (secret != Secret)
        {
            return "AADSTS7000215: The client secret is not valid.";
        }

        Authentications.Enqueue("secret");
        return null;
    }

    private async Task<string?> FindAssertionErrorAsync(string text)
    {
        var token = new JsonWebToken(text);
        var thumbprint = WebEncoders.Base64UrlEncode(SHA256.HashData(Certificate.RawData));
        if (!token.TryGetHeaderValue("x5t#S256", out string? sent) || sent != thumbprint)
        {
            return "AADSTS700027: No certificate has this x5t#S256.";
        }

        if (token.Typ != "JWT")
        {
            return "AADSTS50027: The typ is not JWT.";
        }

        var result = await new JsonWebTokenHandler().ValidateTokenAsync(text, new TokenValidationParameters
        {
            ValidIssuer = EntraEmulator.ServerApp,
            ValidAudience = tokenEndpoint,
            IssuerSigningKey = new X509SecurityKey(Certificate),
            ValidAlgorithms = ["PS256", "RS256"],
            ClockSkew = TimeSpan.Zero,
        });
        if (!result.IsValid)
        {
            return $"AADSTS700027: {result.Exception.Message}";
        }

        if (token.Subject != EntraEmulator.ServerApp || token.ValidTo > DateTime.UtcNow.AddMinutes(10))
        {
            return "AADSTS700021: The sub is not the client, or the assertion is valid for too long.";
        }

        if (token.Id.Length == 0 || !_usedAssertions.TryAdd(token.Id, true))
        {
            return "AADSTS700027: The assertion was used before, or it has no jti.";
        }

        Authentications.Enqueue("certificate");
        return null;
    }

    private async Task<JsonWebToken?> ValidateAsync(string text)
    {
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(text, new TokenValidationParameters
        {
            ValidIssuer = issuer,
            ValidAudience = EntraEmulator.ServerApp,
            IssuerSigningKeys = new JsonWebKeySet(signer.GetKeySet().ToJsonString()).GetSigningKeys(),
            ClockSkew = TimeSpan.Zero,
        });
        return result.IsValid ? (JsonWebToken)result.SecurityToken : null;
    }

    /// <summary>The certificate and its private key, as the settings have them.</summary>
    public static string ExportPem(X509Certificate2 certificate)
    {
        var key = certificate.GetRSAPrivateKey()!;
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}";
    }

    public static X509Certificate2 CreateCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=todo-server", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
    }
}
