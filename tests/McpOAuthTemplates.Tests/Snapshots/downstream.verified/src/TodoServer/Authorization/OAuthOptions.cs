namespace TodoServer.Authorization;

/// <summary>
/// The configuration section "OAuth". The environment variables are OAuth__Issuer,
/// OAuth__Audiences__0 and so on.
/// </summary>
public sealed class OAuthOptions
{
    /// <summary>
    /// Required. Exactly the "iss" claim of the tokens. Its discovery document says where the keys
    /// are.
    /// </summary>
    public string Issuer { get; set; } = "";

    /// <summary>
    /// Required. The URL of the MCP endpoint as clients see it: the resource of RFC 9728 and RFC
    /// 8707.
    /// </summary>
    public string Resource { get; set; } = "";

    /// <summary>
    /// In Development, where clients reach this server if a proxy stands between, as in an Aspire
    /// AppHost: settings of this section that begin with a slash are paths below it. Default: the
    /// address at which the server listens.
    /// </summary>
    public string? DevelopmentAddress { get; set; }

    /// <summary>
    /// The accepted "aud" claims. Default: <see cref="Resource"/>; some providers put an id there.
    /// </summary>
    public string[] Audiences { get; set; } = [];

    /// <summary>
    /// Accept tokens without "aud", for a provider that never issues it. <see
    /// cref="RequiredClaims"/> must then list the clients of this server. Default: false.
    /// </summary>
    public bool AllowMissingAudience { get; set; }

    /// <summary>The authorization servers in the metadata. Default: <see cref="Issuer"/>.</summary>
    public string[] AuthorizationServers { get; set; } = [];

    /// <summary>
    /// The discovery document. Default: .well-known/openid-configuration below the issuer.
    /// </summary>
    public string? MetadataAddress { get; set; }

    /// <summary>
    /// More accepted "iss" claims, for a provider that is changing its issuer or, like AD FS, has a
    /// different one in its discovery document. Default: none.
    /// </summary>
    public string[] ValidIssuers { get; set; } = [];

    /// <summary>
    /// The prefix of each scope that clients request, such as "api://my-app/". Default: none.
    /// </summary>
    public string ScopePrefix { get; set; } = "";

    /// <summary>
    /// The scopes of the first challenge. Default: all, because many clients cannot request more
    /// later.
    /// </summary>
    public string[] InitialScopes { get; set; } = [];

    /// <summary>
    /// More claims that a token must have, each with its accepted values. Default: none.
    /// </summary>
    public Dictionary<string, string[]> RequiredClaims { get; set; } = [];

    /// <summary>
    /// Accept only tokens of the type "at+jwt" (RFC 9068). Default: false, since many providers do
    /// not set it.
    /// </summary>
    public bool RequireAtJwt { get; set; }

    /// <summary>
    /// Accept a token without "sub" as the token of a client that acts on its own behalf:
    /// GetSubject() then returns "client:" and the client id. Use it only for a provider whose
    /// tokens for users always have "sub", since two users of a client would be treated as one
    /// otherwise. Default: false.
    /// </summary>
    public bool AllowMissingSubject { get; set; }

    /// <summary>
    /// Accept tokens that are bound to a key (claim "cnf") without checking that the client has the
    /// key, if a gateway has checked it. Default: false.
    /// </summary>
    public bool AllowBoundTokens { get; set; }

    /// <summary>
    /// Treat the claim "permissions" as scopes in tokens without a list of scopes. Permissions are
    /// what a user may do, and scopes what the user allows the client to do: with this setting, a
    /// client that requests no scopes gets all permissions. Default: false.
    /// </summary>
    public bool PermissionsAsScopes { get; set; }

    /// <summary>
    /// Treat the claim "roles" as scopes in tokens without a list of scopes, for a provider that
    /// gives app roles instead of scopes to apps that act on their own behalf, and always scopes to
    /// users. Default: false.
    /// </summary>
    public bool AppRolesAsScopes { get; set; }

    /// <summary>
    /// The interval at which the keys of the issuer are read again. A withdrawn key may be accepted
    /// for twice as long. Default: 300; maximum: 450, so a withdrawn key is accepted for at most 15
    /// minutes.
    /// </summary>
    public int KeyRefreshSeconds { get; set; } = 300;

    /// <summary>
    /// How long after reading the keys a token with an unknown key, which anyone can forge, causes
    /// them to be read again, in each instance. Default: 9, so that new keys are accepted in less
    /// than ten seconds.
    /// </summary>
    public int UnknownKeyRefreshSeconds { get; set; } = 9;

    /// <summary>
    /// How long the result for a valid token is cached, at most until it expires: checking the
    /// signature is most of the cost of a request. New keys of the issuer clear the cache, and
    /// scopes are checked on every request. Default: 60; 0 turns off the cache.
    /// </summary>
    public int TokenCacheSeconds { get; set; } = 60;

    /// <summary>
    /// The number of tokens of up to 1 KB in the cache; longer ones count as several. Each takes a
    /// few KB of memory, since all but the signature is kept. When the cache is full, other tokens
    /// are checked each time. Default: 4096.
    /// </summary>
    public int TokenCacheSize { get; set; } = 4096;

    /// <summary>
    /// Hide from lists what the token does not allow. Default: false, since no client requests the
    /// scope of a hidden tool.
    /// </summary>
    public bool HideForbiddenTools { get; set; }

    /// <summary>The name of this server in the metadata. Default: none.</summary>
    public string? ResourceName { get; set; }

    /// <summary>The URL of a page for developers in the metadata. Default: none.</summary>
    public string? ResourceDocumentation { get; set; }

    /// <summary>
    /// Names of settings in this section that other parts of the app read. Default: none. Any other
    /// unknown name stops the start, because a misspelled setting would have no effect.
    /// </summary>
    public string[] OtherSettings { get; set; } = [];

    /// <summary>
    /// RFC 9728, section 3.1: the well-known path is between the host and the path of the resource.
    /// </summary>
    public string MetadataUrl => new Uri(Resource).GetLeftPart(UriPartial.Authority)
        + "/.well-known/oauth-protected-resource" + new Uri(Resource).AbsolutePath.TrimEnd('/');

    internal string[] AcceptedAudiences => Audiences is { Length: > 0 } audiences ? audiences : [Resource];

    internal string[] AnnouncedServers =>
        AuthorizationServers is { Length: > 0 } servers ? servers : [Issuer];

    internal string[] AcceptedIssuers => [Issuer, .. ValidIssuers];

    internal string DiscoveryAddress => MetadataAddress ?? $"{Issuer.TrimEnd('/')}/.well-known/openid-configuration";
}
