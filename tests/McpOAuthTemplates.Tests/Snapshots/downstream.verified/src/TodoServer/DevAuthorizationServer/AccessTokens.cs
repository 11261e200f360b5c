#if DEBUG
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using global::TodoServer.Authorization;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TodoServer.DevAuthorizationServer;

/// <summary>Creates access tokens as RFC 9068 specifies.</summary>
internal sealed class AccessTokens(OAuthOptions oauth, RsaSecurityKey key)
{
    public const int LifetimeSeconds = 3600;

    // Escaping would turn each non-ASCII letter into six.
    private static readonly JsonSerializerOptions s_short =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Create(Grant grant, string scope)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = oauth.Issuer,
            ["aud"] = oauth.AcceptedAudiences[0],
            ["sub"] = grant.Subject,
            ["client_id"] = grant.ClientId,
            ["scope"] = scope,
            ["iat"] = now,
            ["exp"] = now + LifetimeSeconds,
            ["jti"] = Guid.NewGuid().ToString("N"),
        };

        // So that these claims are checked in development as well.
        foreach (var (name, values) in oauth.RequiredClaims)
        {
            claims[name] = values[0];
        }

        AddChosen(claims, grant.Claims ?? []);
        var credentials = new SigningCredentials(key, SecurityAlgorithms.RsaSha256);
        var header = new Dictionary<string, object> { ["typ"] = "at+jwt" };
        return new JsonWebTokenHandler().CreateToken(claims.ToJsonString(s_short), credentials, header);
    }

    private static void AddChosen(JsonObject claims, Dictionary<string, string[]> chosen)
    {
        foreach (var (name, values) in chosen)
        {
            if (Person.IsSetByServer(name) || values.Length == 0)
            {
                continue;
            }

            claims[name] = values[0];
            if (values.Length > 1)
            {
                claims[name] = new JsonArray([.. values]);
            }
        }
    }
}
#endif
