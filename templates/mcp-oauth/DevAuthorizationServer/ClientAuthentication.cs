#if DEBUG
using System.Text;

namespace McpOAuthServer.DevAuthorizationServer;

/// <summary>
/// Identifies the client that requests a token (RFC 6749, section 2.3.1) by the header or the form.
/// All clients are public, except those with a secret that everyone knows.
/// </summary>
internal sealed record ClientAuthentication(string Id, string? Secret)
{
    public const string ScriptId = "dev-script";

    private const string KnownSecret = "dev-secret";

    /// <summary>Returns the id of the client.</summary>
    public static string Authenticate(HttpRequest http, IFormCollection form)
    {
        var client = Read(http, form);
        if (!client.IsAccepted())
        {
            http.HttpContext.Response.Headers.WWWAuthenticate = "Basic realm=\"dev-auth\"";
            throw new OAuthError(
                "invalid_client",
                "The client is unknown, or its secret is wrong.",
                StatusCodes.Status401Unauthorized);
        }

        return client.Id;
    }

    private bool IsAccepted()
    {
        if (Id == ScriptId || Id == ExchangeGrant.ServerId)
        {
            return Secret == KnownSecret;
        }

        return Client.IsPossible(Id);
    }

    private static ClientAuthentication Read(HttpRequest http, IFormCollection form)
    {
        var header = http.Headers.Authorization.ToString();
        if (header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return ReadBasic(header["Basic ".Length..]);
        }

        return new ClientAuthentication(form["client_id"].ToString(), form["client_secret"]);
    }

    private static ClientAuthentication ReadBasic(string credentials)
    {
        var bytes = new byte[credentials.Length];
        if (!Convert.TryFromBase64String(credentials, bytes, out var length))
        {
            return new ClientAuthentication("", Secret: null);
        }

        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return new ClientAuthentication(text, Secret: null);
        }

        var id = Uri.UnescapeDataString(text[..colon]);
        var secret = Uri.UnescapeDataString(text[(colon + 1)..]);
        return new ClientAuthentication(id, secret);
    }
}
#endif
