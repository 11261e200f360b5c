using System.Text.Json.Serialization;

namespace McpOAuthServer.ClientRegistration;

/// <summary>What counts of a registration (RFC 7591, section 2). All else is ignored.</summary>
internal sealed record RegistrationRequest(string?[]? RedirectUris);

/// <summary>The answer (RFC 7591, section 3.2.1): the same client for all.</summary>
internal sealed record RegistrationResponse(string ClientId, string?[] RedirectUris)
{
    public string TokenEndpointAuthMethod { get; } = "none";

    public string[] GrantTypes { get; } = ["authorization_code", "refresh_token"];

    public string[] ResponseTypes { get; } = ["code"];
}

/// <summary>
/// The metadata of RFC 8414, with the members that OpenID Connect Discovery requires besides. It
/// must not announce "iss" in redirects (RFC 9207), which come from the provider, and no support
/// for Client ID Metadata Documents.
/// </summary>
internal sealed record ServerMetadata(
    string Issuer,
    string AuthorizationEndpoint,
    string TokenEndpoint,
    string JwksUri,
    string RegistrationEndpoint,
    string[] ScopesSupported)
{
    public string[] ResponseTypesSupported { get; } = ["code"];

    public string[] GrantTypesSupported { get; } = ["authorization_code", "refresh_token"];

    public string[] TokenEndpointAuthMethodsSupported { get; } = ["none"];

    public string[] CodeChallengeMethodsSupported { get; } = ["S256"];

    public required string[] SubjectTypesSupported { get; init; }

    public required string[] IdTokenSigningAlgValuesSupported { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(RegistrationRequest))]
[JsonSerializable(typeof(RegistrationResponse))]
[JsonSerializable(typeof(ServerMetadata))]
internal sealed partial class RegistrationJson : JsonSerializerContext;
