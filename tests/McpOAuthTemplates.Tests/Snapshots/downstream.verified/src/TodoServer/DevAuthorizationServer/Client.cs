#if DEBUG
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;

namespace TodoServer.DevAuthorizationServer;

/// <summary>
/// A public client, from its registration (RFC 7591, section 2) or its metadata document.
/// </summary>
internal sealed record Client(
    string? ClientId,
    string? ClientName,
    string?[]? RedirectUris,
    string[]? GrantTypes = null,
    string[]? ResponseTypes = null,
    string? TokenEndpointAuthMethod = null,
    string? Scope = null)
{
    private const string Prefix = "dyn.";
    private const int MaxLength = 4000;

    private static readonly string[] s_browserSchemes =
        ["about", "blob", "data", "file", "filesystem", "javascript", "vbscript", "view-source"];

    /// <summary>
    /// The registration is encoded in the client id, so that it survives a restart.
    /// </summary>
    public static async Task<IResult> RegisterAsync(HttpRequest http)
    {
        using var body = new MemoryStream();
        await http.Body.CopyToAsync(body, http.HttpContext.RequestAborted);
        var client = Read(body.ToArray());

        var kept = new Client(null, client.ClientName, client.RedirectUris);
        var json = JsonSerializer.SerializeToUtf8Bytes(kept, ClientJson.Default.Client);
        var id = Prefix + WebEncoders.Base64UrlEncode(json);
        OAuthError.ThrowIf(
            id.Length > MaxLength,
            "invalid_client_metadata",
            "The name or the redirect URIs are too long.");

        client = client with { ClientId = id, TokenEndpointAuthMethod = "none" };
        return Results.Json(client, ClientJson.Default.Client, statusCode: StatusCodes.Status201Created);
    }

    /// <summary>
    /// Whether this can be a client id. The code or refresh token shows whether it is the right
    /// client.
    /// </summary>
    public static bool IsPossible(string id) => IsUrl(id) || IsRegistration(id);

    public static bool IsUrl(string id)
    {
        if (!IsPlain(id) || !Uri.TryCreate(id, UriKind.Absolute, out var url))
        {
            return false;
        }

        var isDocument = url is { AbsolutePath.Length: > 1, Fragment: "", UserInfo: "" };
        return isDocument && (url.Scheme == "https" || IsHttpLoopback(id));
    }

    public static bool IsHttpLoopback(string? uri) =>
        Uri.TryCreate(uri, UriKind.Absolute, out var url)
        && url is { Scheme: "http", Host: "localhost" or "127.0.0.1" or "[::1]" };

    /// <summary>Reads a client from the id that its registration returned.</summary>
    public static Client ReadRegistration(string id) =>
        Read(WebEncoders.Base64UrlDecode(id[Prefix.Length..])) with { ClientId = id };

    public static Client Read(ReadOnlySpan<byte> json)
    {
        var client = JsonSerializer.Deserialize(json, ClientJson.Default.Client) ?? throw new JsonException();
        var hasRedirectUris = client.RedirectUris is { Length: > 0 } uris && uris.All(IsAcceptable);
        OAuthError.ThrowIf(
            !hasRedirectUris,
            "invalid_redirect_uri",
            "It must be https, http on this machine, or have the application's own scheme.");

        var isForCodes = client.GrantTypes?.Contains("authorization_code") is not false
            && client.ResponseTypes?.Contains("code") is not false;
        OAuthError.ThrowIf(!isForCodes, "invalid_client_metadata", "Only authorization_code is possible.");
        return client with { ClientName = ShownName.Clean(client.ClientName) };
    }

    public bool Allows(string uri) =>
        IsAcceptable(uri) && RedirectUris!.Any(known => known == uri || IsSameButForPort(known, uri));

    private static bool IsRegistration(string id) => id.StartsWith(Prefix, StringComparison.Ordinal);

    // RFC 8252, section 7.3: on this machine, the port may differ from the registered one.
    private static bool IsSameButForPort(string? known, string uri) =>
        IsHttpLoopback(known) && IsHttpLoopback(uri) && WithoutPort(known!) == WithoutPort(uri);

    private static string WithoutPort(string uri) => new UriBuilder(uri) { Port = -1 }.Uri.AbsoluteUri;

    private static bool IsAcceptable(string? uri)
    {
        if (!Uri.TryCreate(uri, UriKind.Absolute, out var url) || !IsPlain(uri))
        {
            return false;
        }

        var hasSecretPart = url.UserInfo.Length > 0 || uri.Contains('#') || uri.Contains('\\');
        if (hasSecretPart || s_browserSchemes.Contains(url.Scheme))
        {
            return false;
        }

        return url.Scheme != "http" || IsHttpLoopback(uri);
    }

    // Users see it: other characters could look like these, or change their order.
    private static bool IsPlain(string text) => text.All(c => c is > ' ' and < '\x7f');
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Client))]
internal sealed partial class ClientJson : JsonSerializerContext;
#endif
