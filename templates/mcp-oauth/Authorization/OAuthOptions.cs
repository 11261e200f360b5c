namespace McpOAuthServer.Authorization;

/// <summary>
/// The section "OAuth" of the configuration; in the environment OAuth__Issuer, OAuth__Audiences__0
/// and so on.
/// </summary>
public sealed class OAuthOptions
{
    /// <summary>
    /// Required. The "iss" claim of the tokens, exactly; its discovery document names their
    /// keys.
    /// </summary>
    public string Issuer { get; set; } = "";

    /// <summary>
    /// Required. The URL of the MCP endpoint as clients see it: the resource of RFC 9728 and RFC
    /// 8707.
    /// </summary>
    public string Resource { get; set; } = "";

    /// <summary>
    /// The accepted "aud" claims. Default: <see cref="Resource"/>; some providers put an id there.
    /// </summary>
    public string[] Audiences { get; set; } = [];

    /// <summary>
    /// Accept tokens that have no "aud" at all, of a provider that issues no others: then <see
    /// cref="RequiredClaims"/> must name the clients of this server. Default: false.
    /// </summary>
    public bool AllowMissingAudience { get; set; }

    /// <summary>
    /// The authorization servers named in the metadata. Default: <see cref="Issuer"/>.
    /// </summary>
    public string[] AuthorizationServers { get; set; } = [];

    /// <summary>
    /// The discovery document. Default: .well-known/openid-configuration below the issuer.
    /// </summary>
    public string? MetadataAddress { get; set; }

    /// <summary>
    /// Further accepted "iss" claims, for a provider that is changing its own or, as AD FS does,
    /// has another one in its tokens than in its discovery document. Default: none.
    /// </summary>
    public string[] ValidIssuers { get; set; } = [];

    /// <summary>
    /// What the provider puts before each scope that clients ask for, such as "api://my-app/".
    /// </summary>
    public string ScopePrefix { get; set; } = "";

    /// <summary>
    /// The scopes of the first challenge. Default: all, because many clients cannot ask for more
    /// later.
    /// </summary>
    public string[] InitialScopes { get; set; } = [];

    /// <summary>
    /// Claims that a token needs besides, each with its accepted values. Default: none.
    /// </summary>
    public Dictionary<string, string[]> RequiredClaims { get; set; } = [];

    /// <summary>
    /// Accept only tokens of the type "at+jwt" (RFC 9068). Default: false, since many providers do
    /// not set it.
    /// </summary>
    public bool RequireAtJwt { get; set; }

    /// <summary>
    /// Accept tokens without a "sub" as a client's own, for whom GetSubject() then returns
    /// "client:" and the client. Only for a provider that leaves "sub" out of the tokens of clients
    /// that act for themselves and never out of those of users: two users of a client would be
    /// taken for one otherwise. Default: false.
    /// </summary>
    public bool AllowMissingSubject { get; set; }

    /// <summary>
    /// Accept tokens that are bound to a key (claim "cnf"), although nobody checks here that the
    /// client has the key: for a gateway that has checked it. Default: false.
    /// </summary>
    public bool AllowBoundTokens { get; set; }

    /// <summary>
    /// Let the claim "permissions" stand for scopes in tokens that have no list of scopes.
    /// Permissions are what a person may do, and scopes what the person let the client do: where
    /// they stand for scopes, a client that asks for none gets all. Default: false.
    /// </summary>
    public bool PermissionsAsScopes { get; set; }

    /// <summary>
    /// Let the claim "roles" stand for scopes in tokens that have no list of scopes: for a provider
    /// whose apps that act for themselves have app roles and no scopes, whereas tokens of users
    /// always have scopes. Default: false.
    /// </summary>
    public bool AppRolesAsScopes { get; set; }

    /// <summary>
    /// How often the keys of the issuer are read again: a key that it has withdrawn may count for
    /// twice as long. Default: 300; at most 450, a quarter of an hour for withdrawn keys.
    /// </summary>
    public int KeyRefreshSeconds { get; set; } = 300;

    /// <summary>
    /// How long after a reading a token of an unknown key, which anyone can forge, leads to the
    /// next one, in each instance. Default: 9, so that new keys count in less than ten seconds.
    /// </summary>
    public int UnknownKeyRefreshSeconds { get; set; } = 9;

    /// <summary>
    /// For how long a token that was valid need not be checked again, at most until it expires:
    /// the signature is most of what a request costs. New keys of the issuer end it at once, and
    /// scopes are checked on every request. Default: 60; 0 for never.
    /// </summary>
    public int TokenCacheSeconds { get; set; } = 60;

    /// <summary>
    /// For how many tokens of up to 1 KB; longer ones count as several. All but the signature is
    /// kept of each, which takes a few KB of memory, and one beyond this number is checked each
    /// time. Default: 4096.
    /// </summary>
    public int TokenCacheSize { get; set; } = 4096;

    /// <summary>
    /// Leave what the token may not use out of lists. Default: false; no client asks for a hidden
    /// scope.
    /// </summary>
    public bool HideForbiddenTools { get; set; }

    /// <summary>The name of this server in the metadata. Default: none.</summary>
    public string? ResourceName { get; set; }

    /// <summary>The URL of a page for developers in the metadata. Default: none.</summary>
    public string? ResourceDocumentation { get; set; }

    /// <summary>
    /// Names of settings in this section that other parts of the app read. Default: none; any other
    /// name that is unknown here stops the start, because a misspelt setting would do nothing.
    /// </summary>
    public string[] OtherSettings { get; set; } = [];

    /// <summary>
    /// RFC 9728, section 3.1: the well-known path stands between the host and the path of the
    /// resource.
    /// </summary>
    public string MetadataUrl => new Uri(Resource).GetLeftPart(UriPartial.Authority)
        + "/.well-known/oauth-protected-resource" + new Uri(Resource).AbsolutePath.TrimEnd('/');

    internal string[] AcceptedAudiences => Audiences is { Length: > 0 } audiences ? audiences : [Resource];

    internal string[] AnnouncedServers =>
        AuthorizationServers is { Length: > 0 } servers ? servers : [Issuer];

    internal string[] AcceptedIssuers => [Issuer, .. ValidIssuers];

    internal string DiscoveryAddress => MetadataAddress ?? $"{Issuer.TrimEnd('/')}/.well-known/openid-configuration";
}
