namespace McpOAuthServer.Downstream;

/// <summary>
/// One API that this server calls for its users: the section "Downstream:Orders" for the API
/// "Orders". The environment variables are Downstream__Orders__BaseAddress and so on.
/// </summary>
public sealed class DownstreamOptions
{
    /// <summary>
    /// Required. The URL below which the API is. Tokens are sent to this host only.
    /// </summary>
    public string BaseAddress { get; set; } = "";

    /// <summary>
    /// Required. The client that exchanges tokens at the authorization server. There, the client
    /// must be an audience of the tokens for this server.
    /// </summary>
    public string ClientId { get; set; } = "";

    /// <summary>
    /// The secret of the client. Either this or a certificate is required. Outside Development, it
    /// must not be in appsettings.json.
    /// </summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>
    /// A certificate and its private key, both as PEM, with which the client signs its requests
    /// instead of sending a secret (RFC 7523, section 2.2).
    /// </summary>
    public string ClientCertificate { get; set; } = "";

    /// <summary>
    /// Send client id and secret in the body instead of the Authorization header, for a provider
    /// that accepts only that. Default: false.
    /// </summary>
    public bool SecretInBody { get; set; }

    /// <summary>
    /// The scopes of the API, separated by spaces. Scope, Resource or Audience is required: it
    /// says which API the token is for.
    /// </summary>
    public string Scope { get; set; } = "";

    /// <summary>The URI of the API, for a provider that takes "resource" (RFC 8707).</summary>
    public string Resource { get; set; } = "";

    /// <summary>The name of the API, for a provider that takes "audience" (RFC 8693).</summary>
    public string Audience { get; set; } = "";

    /// <summary>
    /// Request tokens by the on-behalf-of grant of Microsoft instead of RFC 8693. Default: false.
    /// </summary>
    public bool OnBehalfOf { get; set; }

    /// <summary>
    /// Where tokens are exchanged. Default: the token endpoint in the discovery document of
    /// OAuth:Issuer.
    /// </summary>
    public string? TokenEndpoint { get; set; }

    /// <summary>With a slash at the end, so that relative URLs are below its path.</summary>
    internal Uri BaseUrl => new($"{BaseAddress.TrimEnd('/')}/");
}
