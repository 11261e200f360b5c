using global::McpOAuthServer.Authorization;

namespace McpOAuthServer.ClientRegistration;

/// <summary>
/// The section "OAuth:Registration" of the configuration; in the environment
/// OAuth__Registration__ClientId, OAuth__Registration__RedirectUris__0 and so on.
/// </summary>
public sealed class RegistrationOptions
{
    /// <summary>
    /// The client id that each client gets which registers here: that of one app registration for
    /// public clients, and not that of this server. Default: none; then clients cannot register.
    /// </summary>
    public string ClientId { get; set; } = "";

    /// <summary>
    /// The path of the issuer to which the metadata leads clients, on the host of OAuth:Resource.
    /// Default: "/oauth".
    /// </summary>
    public string IssuerPath { get; set; } = "/oauth";

    /// <summary>
    /// The redirect URIs with which a client may register, the same as in the app registration.
    /// For programs on the machine of the user, such as "http://localhost/callback", any port is
    /// accepted. Required with a client id.
    /// </summary>
    public string[] RedirectUris { get; set; } = [];

    internal bool IsOn => ClientId.Length > 0;

    internal string GetIssuer(OAuthOptions oauth) =>
        new Uri(oauth.Resource).GetLeftPart(UriPartial.Authority) + IssuerPath;

    /// <summary>Why the path cannot be that of an issuer, or null.</summary>
    internal static string? FindPathProblem(string path)
    {
        if (!path.StartsWith('/') || path.Length == 1)
        {
            return $"must be a path such as '/oauth', but is '{path}'";
        }

        if (path.StartsWith("/.well-known", StringComparison.OrdinalIgnoreCase))
        {
            return "must not begin with '/.well-known'";
        }

        return ResourceUrl.FindPathProblem(path);
    }
}
