using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using McpOAuthServer.Authorization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace McpOAuthServer.DevAuthorizationServer;

/// <summary>Tokens for codes, refresh tokens and scripts (RFC 6749, section 3.2), and their revocation (RFC 7009).</summary>
internal sealed class TokenEndpoint(OAuthOptions oauth, GrantStore store, bool refreshTokens)
{
    private readonly RsaSecurityKey _key = new(RSA.Create(2048)) { KeyId = Guid.NewGuid().ToString("N") };
    private readonly string[] _scopes = [.. Scopes.All.Select(scope => oauth.ScopePrefix + scope)];

    /// <summary>The metadata of RFC 8414. The last two members are for OpenID Connect Discovery.</summary>
    public string Describe() => $$"""
        {
          "issuer": "{{oauth.Issuer}}",
          "authorization_endpoint": "{{oauth.Issuer}}/authorize",
          "token_endpoint": "{{oauth.Issuer}}/token",
          "registration_endpoint": "{{oauth.Issuer}}/register",
          "revocation_endpoint": "{{oauth.Issuer}}/revoke",
          "jwks_uri": "{{oauth.Issuer}}/jwks",
          "scopes_supported": ["{{string.Join("\", \"", _scopes)}}"],
          "response_types_supported": ["code"],
          "grant_types_supported": ["authorization_code", {{(refreshTokens ? "\"refresh_token\", " : "")}}"client_credentials"],
          "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
          "code_challenge_methods_supported": ["S256"],
          "authorization_response_iss_parameter_supported": true,
          "client_id_metadata_document_supported": true,
          "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"]
        }
        """;

    /// <summary>The public key, as RFC 7517 writes it.</summary>
    public string DescribeKey() => JsonWebKeyConverter.ConvertFromRSASecurityKey(_key) is var key
        ? $$"""{ "keys": [{ "kty": "RSA", "alg": "RS256", "kid": "{{_key.KeyId}}", "n": "{{key.N}}", "e": "{{key.E}}" }] }""" : "";

    public async Task<IResult> IssueAsync(HttpRequest http)
    {
        var (form, client) = await ReadAsync(http);
        var isForOther = form["resource"].Any(resource => resource != oauth.Resource);
        OAuthError.ThrowIf(isForOther, "invalid_target", $"The resource must be {oauth.Resource}.");
        var asked = form["scope"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (form["grant_type"].ToString())
        {
            case "authorization_code":
                var code = store.Find<GrantHandle>(form["code"]);
                OAuthError.ThrowIf(code?.Request is null || code.Grant.ClientId != client
                    || form["redirect_uri"].Any(uri => uri != code.Request.RedirectUri), "invalid_grant", "The code is not valid.");
                code.Use();
                var proof = SHA256.HashData(Encoding.UTF8.GetBytes(form["code_verifier"].ToString()));
                var isProven = WebEncoders.Base64UrlEncode(proof) == code.Request.CodeChallenge;
                OAuthError.ThrowIf(!isProven, "invalid_grant", "The code_verifier does not fit.");
                return Answer(code.Grant, code.Grant.Scopes, refreshTokens);
            case "refresh_token" when refreshTokens:
                var token = store.Find<GrantHandle>(form["refresh_token"]);
                var isValid = token is { Request: null } && token.Grant.ClientId == client;
                OAuthError.ThrowIf(!isValid, "invalid_grant", "The refresh token is not valid.");
                var isWider = asked.Except(token!.Grant.Scopes).Any();
                OAuthError.ThrowIf(isWider, "invalid_scope", "That is more than was granted.");
                token.Use();
                return Answer(token.Grant, asked is [] ? token.Grant.Scopes : asked, refreshTokens);
            case "client_credentials":
                OAuthError.ThrowIf(client != "dev-script", "unauthorized_client", "Only dev-script may do that.");
                return Answer(new(client, client, _scopes), asked is [] ? _scopes : _scopes.Intersect(asked), refreshable: false);
            default:
                throw new OAuthError("unsupported_grant_type", "The metadata names the grant types.");
        }
    }

    public async Task<IResult> RevokeAsync(HttpRequest http)
    {
        var (form, client) = await ReadAsync(http);
        if (store.Find<GrantHandle>(form["token"])?.Grant is { } grant && grant.ClientId == client)
        {
            grant.IsRevoked = true;
        }

        return Results.Ok();
    }

    // RFC 6749, section 2.3.1: the client is in the header or in the form. Only the one for scripts has a secret.
    private static async Task<(IFormCollection Form, string Client)> ReadAsync(HttpRequest http)
    {
        OAuthError.ThrowIf(!http.HasFormContentType, "invalid_request", "A form is expected.");
        var form = await http.ReadFormAsync(http.HttpContext.RequestAborted);
        var isDoubled = form.Any(field => field.Value.Count > 1 && field.Key != "resource");
        OAuthError.ThrowIf(isDoubled, "invalid_request", "A parameter is there twice.");
        string[] pair = [form["client_id"].ToString(), form["client_secret"].ToString()];
        if (http.Headers.Authorization.ToString() is ['B' or 'b', _, _, _, _, ' ', .. var basic])
        {
            var text = new byte[basic.Length];
            Convert.TryFromBase64String(basic, text, out var length);
            pair = [.. Encoding.UTF8.GetString(text, 0, length).Split(':', 2).Select(Uri.UnescapeDataString)];
            http.HttpContext.Response.Headers.WWWAuthenticate = "Basic realm=\"dev-auth\"";
        }

        var isKnown = pair[0] == "dev-script" ? pair[^1] == "dev-secret" : Client.IsPossible(pair[0]);
        OAuthError.ThrowIf(!isKnown, "invalid_client", "The client is not known, or its secret is wrong.", 401);
        http.HttpContext.Response.Headers.Remove("WWW-Authenticate");
        return (form, pair[0]);
    }

    private IResult Answer(Grant grant, IEnumerable<string> granted, bool refreshable)
    {
        var (scope, lifetime) = (string.Join(' ', granted), TimeSpan.FromHours(1));
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            TokenType = "at+jwt", // RFC 9068
            Issuer = oauth.Issuer,
            Audience = oauth.Audiences is [var audience, ..] ? audience : oauth.Resource,
            Expires = DateTime.UtcNow + lifetime,
            SigningCredentials = new(_key, SecurityAlgorithms.RsaSha256),
            Claims = new Dictionary<string, object>
            {
                ["sub"] = grant.Subject, ["client_id"] = grant.ClientId, ["scope"] = scope, ["jti"] = Guid.NewGuid().ToString("N"),
            },
        });
        var answer = new JsonObject
        {
            ["access_token"] = token, ["token_type"] = "Bearer", ["expires_in"] = lifetime.TotalSeconds, ["scope"] = scope,
        };
        if (refreshable)
        {
            answer["refresh_token"] = store.Add(new GrantHandle(grant), TimeSpan.FromDays(14));
        }

        return Results.Text(answer.ToJsonString(), "application/json");
    }
}
