using System.Text.Json;
using global::McpOAuthServer.Authorization;
using Microsoft.Extensions.Options;

namespace McpOAuthServer.ClientRegistration;

/// <summary>
/// Answers each registration (RFC 7591) with the one client id of the settings, if all redirect
/// URIs are known. Nothing is stored, and no code or token comes here: the provider redirects to
/// the client, and compares the redirect URI with its own list.
/// </summary>
internal sealed class RegistrationEndpoint(
    IOptions<RegistrationOptions> registration, RegistrationLimits limits)
{
    private const string NotReadable =
        "The registration is not a JSON object with a list redirect_uris.";

    private const string NotKnown =
        "A redirect URI of this client is not known here: whoever runs this server can add it to "
        + "OAuth:Registration:RedirectUris, and to the app registration.";

    public async Task AnswerAsync(HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (!await limits.AllowAsync(http) || !await MessageFormat.AllowAsync(http))
        {
            return;
        }

        if (await RegistrationLimits.ReadBodyAsync(http) is not { } body)
        {
            return;
        }

        if (Parse(body) is not { RedirectUris: { } uris })
        {
            await Refusal.WriteAsync(http, 400, new("invalid_client_metadata", NotReadable));
            return;
        }

        var known = registration.Value.RedirectUris;
        var areKnown = Array.TrueForAll(uris, uri => KnownRedirectUris.Contains(known, uri));
        if (uris.Length == 0 || !areKnown)
        {
            await Refusal.WriteAsync(http, 400, new("invalid_redirect_uri", NotKnown));
            return;
        }

        http.Response.StatusCode = StatusCodes.Status201Created;
        var answer = new RegistrationResponse(registration.Value.ClientId, uris);
        await http.Response.WriteAsJsonAsync(answer, RegistrationJson.Default.RegistrationResponse);
    }

    private static RegistrationRequest? Parse(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, RegistrationJson.Default.RegistrationRequest);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
