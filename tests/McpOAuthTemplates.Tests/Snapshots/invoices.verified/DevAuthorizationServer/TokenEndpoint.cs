#if DEBUG
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using TodoServer.Authorization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TodoServer.DevAuthorizationServer;

/// <summary>Tokens (RFC 6749, section 3.2), their revocation (RFC 7009), and what clients read before.</summary>
internal sealed class TokenEndpoint(OAuthOptions oauth, GrantStore store, People people, bool refreshTokens)
{
    private readonly RsaSecurityKey _key = new(RSA.Create(2048)) { KeyId = Guid.NewGuid().ToString("N") };
    private readonly string[] _scopes = [.. Scopes.All.Select(scope => oauth.ScopePrefix + scope)];

    /// <summary>The metadata of RFC 8414. The last line is for OpenID Connect Discovery.</summary>
    public IResult Describe() => Results.Text($$"""
        {
          "issuer": "{{oauth.Issuer}}", "jwks_uri": "{{oauth.Issuer}}/jwks",
          "authorization_endpoint": "{{oauth.Issuer}}/authorize", "token_endpoint": "{{oauth.Issuer}}/token",
          "registration_endpoint": "{{oauth.Issuer}}/register", "revocation_endpoint": "{{oauth.Issuer}}/revoke",
          "grant_types_supported":
            ["authorization_code", {{(refreshTokens ? "\"refresh_token\", " : "")}}"client_credentials"],
          "scopes_supported": ["{{string.Join("\", \"", _scopes)}}"], "response_types_supported": ["code"],
          "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
          "code_challenge_methods_supported": ["S256"], "authorization_response_iss_parameter_supported": true,
          "client_id_metadata_document_supported": true, "response_modes_supported": ["query"],
          "revocation_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
          "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"]
        }
        """, "application/json");

    /// <summary>The public key (RFC 7517).</summary>
    public IResult DescribeKey()
    {
        var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(_key);
        return Results.Text($$"""
            { "keys": [{ "kty": "RSA", "use": "sig", "kid": "{{key.KeyId}}", "n": "{{key.N}}", "e": "{{key.E}}" }] }
            """, "application/json");
    }

    public static IResult Error(OAuthError error) =>
        Json(new() { ["error"] = error.Code, ["error_description"] = error.Message }, error.Status);

    public async Task<IResult> IssueAsync(HttpRequest http)
    {
        var form = await ReadFormAsync(http);
        var client = Authenticate(http, form);
        var isForOther = form["resource"].Any(resource => resource != oauth.Resource);
        OAuthError.ThrowIf(isForOther, "invalid_target", $"The resource must be {oauth.Resource}.");
        var asked = form["scope"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (form["grant_type"].ToString())
        {
            case "authorization_code":
                var code = store.Find<GrantHandle>(form["code"]);
                OAuthError.ThrowIf(
                    code?.Request is null || code.Grant.ClientId != client
                        || form["redirect_uri"].Any(uri => uri != code.Request.RedirectUri),
                    "invalid_grant", "The code is not valid.");
                code.Use();
                var proof = SHA256.HashData(Encoding.UTF8.GetBytes(form["code_verifier"].ToString()));
                var isProven = WebEncoders.Base64UrlEncode(proof) == code.Request.CodeChallenge;
                OAuthError.ThrowIf(!isProven, "invalid_grant", "The code_verifier does not fit.");
                return Answer(code.Grant, code.Grant.Scopes, refreshTokens);
            case "refresh_token" when refreshTokens:
                var token = store.Find<GrantHandle>(form["refresh_token"]);
                OAuthError.ThrowIf(token is null || token.Request is not null || token.Grant.ClientId != client,
                    "invalid_grant", "The refresh token is not valid.");
                var isWider = asked.Except(token.Grant.Scopes).Any();
                OAuthError.ThrowIf(isWider, "invalid_scope", "That is more than was granted.");
                token.Use();
                return Answer(token.Grant, asked is [] ? token.Grant.Scopes : asked, refreshTokens);
            case "client_credentials":
                OAuthError.ThrowIf(client != "dev-script", "unauthorized_client", "Only dev-script may do that.");
                var scopes = asked is [] ? _scopes : [.. _scopes.Intersect(asked)];
                var grant = new Grant(client, client, scopes, people.FindScript().Claims);
                return Answer(grant, grant.Scopes, refreshable: false);
            default:
                throw new OAuthError("unsupported_grant_type", "The metadata names the grant types.");
        }
    }

    public async Task<IResult> RevokeAsync(HttpRequest http)
    {
        var form = await ReadFormAsync(http);
        var client = Authenticate(http, form);
        store.Find<GrantHandle>(form["token"])?.RevokeFor(client);
        return Results.Ok();
    }

    public static async Task<IFormCollection> ReadFormAsync(HttpRequest http)
    {
        OAuthError.ThrowIf(!http.HasFormContentType, "invalid_request", "A form is expected.");
        var form = await http.ReadFormAsync(http.HttpContext.RequestAborted);
        var isDoubled = form.Any(field => field.Value.Count > 1 && field.Key is not ("resource" or "scope"));
        OAuthError.ThrowIf(isDoubled, "invalid_request", "A parameter is there twice.");
        return form;
    }

    // RFC 6749, section 2.3.1: in the header or in the form. Only the client for scripts has a secret.
    private static string Authenticate(HttpRequest http, IFormCollection form)
    {
        string[] client = [form["client_id"].ToString(), form["client_secret"].ToString()];
        if (http.Headers.Authorization.ToString() is ['B' or 'b', _, _, _, _, ' ', .. var basic])
        {
            var text = new byte[basic.Length];
            Convert.TryFromBase64String(basic, text, out var length);
            client = [.. Encoding.UTF8.GetString(text, 0, length).Split(':', 2).Select(Uri.UnescapeDataString)];
        }

        var isKnown = client[0] == "dev-script" ? client[^1] == "dev-secret" : Client.IsPossible(client[0]);
        http.HttpContext.Response.Headers.WWWAuthenticate = isKnown ? default : "Basic realm=\"dev-auth\"";
        OAuthError.ThrowIf(!isKnown, "invalid_client", "The client is not known, or its secret is wrong.", 401);
        return client[0];
    }

    private IResult Answer(Grant grant, IEnumerable<string> granted, bool refreshable)
    {
        var (scope, now) = (string.Join(' ', granted), DateTimeOffset.UtcNow);
        var claims = new JsonObject
        {
            ["iss"] = oauth.Issuer, ["aud"] = oauth.Audiences is [var audience, ..] ? audience : oauth.Resource,
            ["sub"] = grant.Subject, ["client_id"] = grant.ClientId, ["scope"] = scope,
            ["iat"] = now.ToUnixTimeSeconds(), ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
            ["jti"] = Guid.NewGuid().ToString("N"),
        };

        // So that the check of these claims runs here, too.
        Array.ForEach([.. oauth.RequiredClaims], required => claims[required.Key] = required.Value[0]);
        AddClaims(claims, grant.Claims ?? []);
        var credentials = new SigningCredentials(_key, SecurityAlgorithms.RsaSha256);
        var type = new Dictionary<string, object> { ["typ"] = "at+jwt" }; // RFC 9068
        var answer = new JsonObject
        {
            ["access_token"] = new JsonWebTokenHandler().CreateToken(claims.ToJsonString(), credentials, type),
            ["token_type"] = "Bearer", ["expires_in"] = 3600, ["scope"] = scope,
        };
        if (refreshable)
        {
            answer["refresh_token"] = store.Add(new GrantHandle(grant), TimeSpan.FromDays(14));
        }

        return Json(answer);
    }

    // What the server sets itself stays as it is.
    private static void AddClaims(JsonObject token, Dictionary<string, string[]> claims)
    {
        foreach (var (name, values) in claims)
        {
            if (token.ContainsKey(name))
            {
                continue;
            }

            if (values.Length == 1)
            {
                token[name] = values[0];
            }
            else
            {
                token[name] = new JsonArray([.. values.Select(value => JsonValue.Create(value))]);
            }
        }
    }

    private static IResult Json(JsonObject json, int status = 200) =>
        Results.Text(json.ToJsonString(), "application/json", statusCode: status);
}
#endif
