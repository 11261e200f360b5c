#if DEBUG
using global::McpOAuthServer.Authorization;
using Microsoft.IdentityModel.Tokens;

namespace McpOAuthServer.DevAuthorizationServer;

/// <summary>The documents that clients read first.</summary>
internal sealed class AuthorizationServerMetadata(
    OAuthOptions oauth, DevAuthOptions options, RsaSecurityKey key)
{
    private const string AuthMethods = "\"none\", \"client_secret_basic\", \"client_secret_post\"";

    /// <summary>
    /// The metadata of RFC 8414. The last line is for OpenID Connect Discovery.
    /// </summary>
    public IResult Describe()
    {
        var issuer = oauth.Issuer;
        var scopes = string.Join("\", \"", Scopes.All.Select(scope => oauth.ScopePrefix + scope));
        var grantTypes = "\"authorization_code\", \"client_credentials\"";
        if (options.RefreshTokens)
        {
            grantTypes = "\"authorization_code\", \"refresh_token\", \"client_credentials\"";
        }

        grantTypes += $", \"{ExchangeGrant.Type}\"";
        return Results.Text(
            $$"""
            {
              "issuer": "{{issuer}}",
              "jwks_uri": "{{issuer}}/jwks",
              "authorization_endpoint": "{{issuer}}/authorize",
              "token_endpoint": "{{issuer}}/token",
              "registration_endpoint": "{{issuer}}/register",
              "revocation_endpoint": "{{issuer}}/revoke",
              "grant_types_supported": [{{grantTypes}}],
              "scopes_supported": ["{{scopes}}"],
              "response_types_supported": ["code"],
              "response_modes_supported": ["query"],
              "token_endpoint_auth_methods_supported": [{{AuthMethods}}],
              "revocation_endpoint_auth_methods_supported": [{{AuthMethods}}],
              "code_challenge_methods_supported": ["S256"],
              "authorization_response_iss_parameter_supported": true,
              "client_id_metadata_document_supported": true,
              "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"]
            }
            """,
            "application/json");
    }

    /// <summary>The public key (RFC 7517).</summary>
    public IResult DescribeKey()
    {
        var jwk = JsonWebKeyConverter.ConvertFromRSASecurityKey(key);
        return Results.Text(
            $$"""
            {
              "keys": [{ "kty": "RSA", "use": "sig", "kid": "{{jwk.KeyId}}", "n": "{{jwk.N}}", "e": "{{jwk.E}}" }]
            }
            """,
            "application/json");
    }
}
#endif
