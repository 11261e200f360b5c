using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;

namespace McpOAuthServer.DevAuthorizationServer;

/// <summary>A public client: what it sends to register (RFC 7591, section 2), or has in its metadata document.</summary>
internal sealed record Client(
    string? ClientId, string? ClientName, string?[]? RedirectUris, string[]? GrantTypes = null, string[]? ResponseTypes = null,
    string? TokenEndpointAuthMethod = null, string? ApplicationType = null, string? Scope = null)
{
    private const string Prefix = "dyn.";
    private static readonly string[] s_schemesOfBrowsers = ["about", "blob", "data", "file", "javascript", "vbscript"];

    /// <summary>The registration itself becomes the client id, so that clients which keep it survive a restart.</summary>
    public static async Task<IResult> RegisterAsync(HttpRequest http)
    {
        using var body = new MemoryStream();
        await http.Body.CopyToAsync(body, http.HttpContext.RequestAborted);
        var client = Read(body.ToArray());
        var kept = JsonSerializer.SerializeToUtf8Bytes(new(null, client.ClientName, client.RedirectUris), ClientJson.Default.Client);
        var answer = client with
        {
            ClientId = Prefix + WebEncoders.Base64UrlEncode(kept), TokenEndpointAuthMethod = "none",
            GrantTypes = ["authorization_code", "refresh_token"], ResponseTypes = ["code"],
        };
        OAuthError.ThrowIf(answer.ClientId.Length > 4000, "invalid_client_metadata", "The name or the redirect URIs are too long.");
        return Results.Json(answer, ClientJson.Default.Client, statusCode: 201);
    }

    public static async Task<Client> FindAsync(string id, CancellationToken cancellationToken)
    {
        OAuthError.ThrowIf(!IsPossible(id), "invalid_client", "The client is not known: it has to register first.");
        return ClientMetadataDocument.IsUrl(id)
            ? await ClientMetadataDocument.FetchAsync(id, cancellationToken)
            : Read(WebEncoders.Base64UrlDecode(id[Prefix.Length..])) with { ClientId = id };
    }

    /// <summary>Whether this can be a client; its code or refresh token tells if it is the right one.</summary>
    public static bool IsPossible(string id) => ClientMetadataDocument.IsUrl(id)
        || (id.StartsWith(Prefix, StringComparison.Ordinal) && System.Buffers.Text.Base64Url.IsValid(id.AsSpan(Prefix.Length)));

    public static Client Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var client = JsonSerializer.Deserialize(json, ClientJson.Default.Client) ?? throw new JsonException();
            OAuthError.ThrowIf(client.RedirectUris is null or [] || !client.RedirectUris.All(IsAcceptable), "invalid_redirect_uri",
                "redirect_uris must be https, http on this machine or of the application's own scheme, without fragment.");
            var isOther = client.GrantTypes?.Contains("authorization_code") is false || client.ResponseTypes?.Contains("code") is false;
            OAuthError.ThrowIf(isOther, "invalid_client_metadata", "Only the grant type authorization_code is possible.");
            return client;
        }
        catch (JsonException)
        {
            throw new OAuthError("invalid_client_metadata", "A JSON object is expected.");
        }
    }

    /// <summary>RFC 8252, section 7.3: on this machine, the port may differ from the registered one.</summary>
    public bool Allows(string redirectUri) => IsAcceptable(redirectUri) && RedirectUris!.Any(known => known == redirectUri
        || (IsHttpLoopback(known) && IsHttpLoopback(redirectUri) && WithoutPort(known!) == WithoutPort(redirectUri)));

    public static bool IsHttpLoopback(string? uri) => Uri.TryCreate(uri, UriKind.Absolute, out var url)
        && url is { Scheme: "http", Host: "localhost" or "127.0.0.1" or "[::1]" };

    private static bool IsAcceptable(string? uri) => Uri.TryCreate(uri, UriKind.Absolute, out var url)
        && url.UserInfo.Length == 0 && !uri.AsSpan().ContainsAny('#', '\\')
        && (url.Scheme != "http" || IsHttpLoopback(uri)) && !s_schemesOfBrowsers.Contains(url.Scheme);

    private static string WithoutPort(string uri) => new UriBuilder(uri) { Port = -1 }.Uri.AbsoluteUri;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Client))]
internal sealed partial class ClientJson : JsonSerializerContext;
