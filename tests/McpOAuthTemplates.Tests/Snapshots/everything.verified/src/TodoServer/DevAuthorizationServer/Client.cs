#if DEBUG
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;

namespace TodoServer.DevAuthorizationServer;

/// <summary>A public client: what it registers (RFC 7591, section 2), or has in its metadata document.</summary>
internal sealed record Client(
    string? ClientId, string? ClientName, string?[]? RedirectUris, string[]? GrantTypes = null,
    string[]? ResponseTypes = null, string? TokenEndpointAuthMethod = null, string? Scope = null)
{
    private static readonly string[] s_browserSchemes =
        ["about", "blob", "data", "file", "filesystem", "javascript", "vbscript", "view-source"];

    /// <summary>The registration itself becomes the client id, so that it survives a restart.</summary>
    public static async Task<IResult> RegisterAsync(HttpRequest http)
    {
        using var body = new MemoryStream();
        await http.Body.CopyToAsync(body, http.HttpContext.RequestAborted);
        var client = Read(body.ToArray());
        var kept = new Client(null, client.ClientName, client.RedirectUris);
        var json = JsonSerializer.SerializeToUtf8Bytes(kept, ClientJson.Default.Client);
        var id = "dyn." + WebEncoders.Base64UrlEncode(json);
        OAuthError.ThrowIf(id.Length > 4000, "invalid_client_metadata", "The name or the redirect URIs are too long.");
        client = client with { ClientId = id, TokenEndpointAuthMethod = "none" };
        return Results.Json(client, ClientJson.Default.Client, statusCode: 201);
    }

    public static async Task<Client> FindAsync(string id, CancellationToken cancellationToken)
    {
        OAuthError.ThrowIf(!IsPossible(id), "invalid_client", "The client is not known: it has to register first.");
        return IsUrl(id)
            ? await ClientMetadataDocument.FetchAsync(id, cancellationToken)
            : Read(WebEncoders.Base64UrlDecode(id["dyn.".Length..])) with { ClientId = id };
    }

    /// <summary>Whether this can be a client; its code or refresh token tells if it is the right one.</summary>
    public static bool IsPossible(string id) => IsUrl(id) || id.StartsWith("dyn.", StringComparison.Ordinal);

    public static bool IsUrl(string id) => Uri.TryCreate(id, UriKind.Absolute, out var url)
        && url is { AbsolutePath.Length: > 1, Fragment: "", UserInfo: "" }
        && (url.Scheme == "https" || IsHttpLoopback(id));

    public static bool IsHttpLoopback(string? uri) => Uri.TryCreate(uri, UriKind.Absolute, out var url)
        && url is { Scheme: "http", Host: "localhost" or "127.0.0.1" or "[::1]" };

    /// <summary>RFC 8252, section 7.3: on this machine, the port may differ from the registered one.</summary>
    public bool Allows(string uri) => IsAcceptable(uri) && RedirectUris!.Any(known => known == uri
        || (IsHttpLoopback(known) && IsHttpLoopback(uri) && WithoutPort(known!) == WithoutPort(uri)));

    public static Client Read(ReadOnlySpan<byte> json)
    {
        var client = JsonSerializer.Deserialize(json, ClientJson.Default.Client) ?? throw new JsonException();
        OAuthError.ThrowIf(client.RedirectUris is null or [] || !client.RedirectUris.All(IsAcceptable),
            "invalid_redirect_uri", "It must be https, http on this machine, or have the application's own scheme.");
        var isForCodes = client.GrantTypes?.Contains("authorization_code") is not false
            && client.ResponseTypes?.Contains("code") is not false;
        OAuthError.ThrowIf(!isForCodes, "invalid_client_metadata", "Only authorization_code is possible.");
        return client;
    }

    private static bool IsAcceptable(string? uri) => Uri.TryCreate(uri, UriKind.Absolute, out var url)
        && url.UserInfo.Length == 0 && uri.All(c => c is > ' ' and < '\x7f' and not ('#' or '\\'))
        && (url.Scheme != "http" || IsHttpLoopback(uri)) && !s_browserSchemes.Contains(url.Scheme);

    private static string WithoutPort(string uri) => new UriBuilder(uri) { Port = -1 }.Uri.AbsoluteUri;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Client))]
internal sealed partial class ClientJson : JsonSerializerContext;
#endif
