#if DEBUG
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using global::TodoServer.Authorization;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TodoServer.DevAuthorizationServer;

/// <summary>
/// The request that a consent page sends back with its form, as a signed JWT: nothing is stored for
/// pages that are never submitted, and a page works after a restart.
/// </summary>
internal sealed class ConsentForms(OAuthOptions oauth, RsaSecurityKey key, GrantStore store)
{
    private const string Type = "consent+jwt";

    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(10);

    private readonly JsonWebTokenHandler _handler = new();

    private string Audience => oauth.Issuer + "/authorize";

    public string Write(AuthorizationRequest request)
    {
        var claims = new JsonObject
        {
            ["iss"] = oauth.Issuer,
            ["aud"] = Audience,
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["exp"] = (DateTimeOffset.UtcNow + s_lifetime).ToUnixTimeSeconds(),
            ["request"] = JsonSerializer.Serialize(request, ConsentJson.Default.AuthorizationRequest),
        };
        var credentials = new SigningCredentials(key, SecurityAlgorithms.RsaSha256);
        var header = new Dictionary<string, object> { ["typ"] = Type };
        return _handler.CreateToken(claims.ToJsonString(), credentials, header);
    }

    /// <summary>
    /// Null if the page has expired, was submitted before, or is not from this server.
    /// </summary>
    public async Task<AuthorizationRequest?> ReadOnceAsync(string form)
    {
        var result = await _handler.ValidateTokenAsync(form, new TokenValidationParameters
        {
            ValidIssuer = oauth.Issuer,
            ValidAudience = Audience,
            ValidTypes = [Type],
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            IssuerSigningKey = key,
            ClockSkew = TimeSpan.Zero,
        });
        if (!result.IsValid)
        {
            return null;
        }

        var token = (JsonWebToken)result.SecurityToken;
        if (!store.AnswerOnce(token.Id, token.ValidTo))
        {
            return null;
        }

        var request = token.GetPayloadValue<string>("request");
        return JsonSerializer.Deserialize(request, ConsentJson.Default.AuthorizationRequest);
    }
}

[JsonSerializable(typeof(AuthorizationRequest))]
internal sealed partial class ConsentJson : JsonSerializerContext;
#endif
