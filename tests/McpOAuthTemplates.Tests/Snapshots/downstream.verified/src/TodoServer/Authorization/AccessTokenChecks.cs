using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TodoServer.Authorization;

/// <summary>
/// Checks a token without regard to its signature. Each check throws, so the first one that fails
/// decides.
/// </summary>
internal sealed class AccessTokenChecks(OAuthOptions oauth)
{
    private const string NotValid = "The access token is not valid.";
    private const string NoUser = "The access token names no user.";

    // A duplicate name could be read in two ways (RFC 7515 and RFC 7519, section 4).
    private static readonly JsonDocumentOptions s_strict = new()
    {
        AllowDuplicateProperties = false,
    };

    /// <summary>Checks what is read here: the form, the header, and who is named.</summary>
    public void CheckText(string token)
    {
        var parts = token.Split('.');
        CheckForm(parts);

        using var header = Parse(parts[0]);
        CheckType(header.RootElement);
        CheckExtensions(header.RootElement);

        using var payload = Parse(parts[1]);
        CheckBinding(payload.RootElement);
        CheckSubject(payload.RootElement);
    }

    /// <summary>Checks what the library compares with the settings.</summary>
    public static void CheckClaims(JsonWebToken token, TokenValidationParameters parameters)
    {
        Validators.ValidateAlgorithm(token.Alg, securityKey: null, token, parameters);
        Validators.ValidateIssuer(token.Issuer, token, parameters);
        Validators.ValidateAudience(token.Audiences, token, parameters);
        Validators.ValidateLifetime(FindTime(token.ValidFrom), FindTime(token.ValidTo), token, parameters);
    }

    private static JsonDocument Parse(string part) =>
        JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(part), s_strict);

    /// <summary>Header, payload and signature: an encrypted token has more parts.</summary>
    private static void CheckForm(string[] parts)
    {
        if (parts.Length != 3 || parts[2].Length == 0)
        {
            throw new AccessTokenException(NotValid);
        }
    }

    /// <summary>
    /// A JWT of another kind, such as a logout token or a proof of possession, can be signed with
    /// the same key and have the same claims. According to RFC 7515, section 4.1.9, "application/"
    /// can be left out, and case does not matter.
    /// </summary>
    private void CheckType(JsonElement header)
    {
        var isAccessToken = false;
        var isPlain = true;
        if (header.TryGetProperty("typ", out _))
        {
            var type = FindText(header, "typ");
            isAccessToken = IsType(type, "at+jwt");
            isPlain = IsType(type, "jwt");
        }

        if (!isAccessToken && (!isPlain || oauth.RequireAtJwt))
        {
            throw new AccessTokenException(NotValid);
        }
    }

    private static bool IsType(string? type, string name) =>
        string.Equals(type, name, StringComparison.OrdinalIgnoreCase)
        || string.Equals(type, "application/" + name, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// A server that does not understand an extension in "crit" must reject the token (RFC 7515,
    /// section 4.1.11). This one understands none.
    /// </summary>
    private static void CheckExtensions(JsonElement header)
    {
        if (header.TryGetProperty("crit", out _))
        {
            throw new AccessTokenException(NotValid);
        }
    }

    private static DateTime? FindTime(DateTime time)
    {
        if (time == DateTime.MinValue)
        {
            return null; // The token does not name it.
        }

        return time;
    }

    /// <summary>
    /// A token that is bound to a key (RFC 7800) must be used with a proof of that key. This server
    /// does not check such proofs, so a stolen token would work as well.
    /// </summary>
    private void CheckBinding(JsonElement payload)
    {
        if (!oauth.AllowBoundTokens && payload.TryGetProperty("cnf", out _))
        {
            throw new AccessTokenException(
                "The access token is bound to a key, which this server cannot check.");
        }
    }

    private void CheckSubject(JsonElement payload)
    {
        if (!HasSubject(payload) && !IsOfClient(payload))
        {
            throw new AccessTokenException(NoUser);
        }
    }

    private static bool HasSubject(JsonElement payload)
    {
        var subject = FindText(payload, "sub");
        return !string.IsNullOrEmpty(subject) && !AccessTokenExtensions.IsNameOfClient(subject);
    }

    private bool IsOfClient(JsonElement payload)
    {
        if (!oauth.AllowMissingSubject || payload.TryGetProperty("sub", out _))
        {
            return false;
        }

        foreach (var name in AccessTokenExtensions.ClientClaims)
        {
            if (payload.TryGetProperty(name, out _))
            {
                return !string.IsNullOrEmpty(FindText(payload, name));
            }
        }

        return false;
    }

    private static string? FindText(JsonElement part, string name)
    {
        if (part.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        return null;
    }
}
