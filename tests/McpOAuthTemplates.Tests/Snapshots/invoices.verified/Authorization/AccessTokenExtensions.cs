using System.Security.Claims;

namespace TodoServer.Authorization;

/// <summary>Reads the access token in the forms that authorization servers issue.</summary>
internal static class AccessTokenExtensions
{
    /// <summary>The claim for what counts as scopes in a token without a list of scopes.</summary>
    public const string StandInClaim = "urn:oauth:stands-for-scope";

    private const string ClientPrefix = "client:";

    private static readonly string[] s_countedClaims = ["scope", "scp", StandInClaim];

    /// <summary>
    /// The claims that name the client: of RFC 9068, of OpenID Connect, and the short form of some
    /// providers.
    /// </summary>
    public static string[] ClientClaims { get; } = ["client_id", "azp", "cid"];

    /// <summary>The claims that list scopes: of RFC 9068, and the short form.</summary>
    public static string[] ScopeClaims { get; } = ["scope", "scp"];

    /// <summary>
    /// The user of the token, to whom rows of a database can belong: the claim "sub", or "client:"
    /// and the client id if a client acts on its own behalf and has no "sub". Empty only without a
    /// token.
    /// </summary>
    public static string GetSubject(this ClaimsPrincipal user)
    {
        if (FindText(user.GetAccessToken(), "sub") is { } subject)
        {
            return subject;
        }

        if (user.GetClientId() is { } client)
        {
            return ClientPrefix + client;
        }

        return "";
    }

    /// <summary>The client that the token was issued to.</summary>
    public static string? GetClientId(this ClaimsPrincipal user)
    {
        var token = user.GetAccessToken();
        foreach (var name in ClientClaims)
        {
            if (FindText(token, name) is { } client)
            {
                return client;
            }
        }

        return null;
    }

    /// <summary>
    /// The scopes in the token: "scope" (RFC 9068) or "scp", as one string or as an array of
    /// strings, without the prefix of the provider. A scope with another prefix is not changed, and
    /// matches no scope of this server.
    /// </summary>
    public static IReadOnlyList<string> GetScopes(this ClaimsPrincipal user, string prefix = "")
    {
        List<string> scopes = [];
        if (user.GetAccessToken() is not { } token)
        {
            return scopes;
        }

        foreach (var name in s_countedClaims)
        {
            foreach (var scope in ReadList(token, name))
            {
                scopes.Add(RemovePrefix(scope, prefix));
            }
        }

        return scopes;
    }

    /// <summary>Whether the token has a list of scopes, even an empty one.</summary>
    public static bool HasScopeList(this ClaimsPrincipal user) =>
        user.GetAccessToken() is { } token && token.HasClaim(IsScope);

    /// <summary>
    /// Whether this subject is reserved for clients, so that no user can have it.
    /// </summary>
    public static bool IsNameOfClient(string subject) =>
        subject.StartsWith(ClientPrefix, StringComparison.OrdinalIgnoreCase);

    public static bool IsScope(Claim claim) => IsOfToken(claim, "scope") || IsOfToken(claim, "scp");

    /// <summary>
    /// A list is a string with spaces or an array of strings. Anything else, such as an array of
    /// objects, is not a list.
    /// </summary>
    public static IReadOnlyList<string> ReadList(ClaimsIdentity token, string name)
    {
        List<string> list = [];
        foreach (var claim in token.Claims)
        {
            if (!IsOfToken(claim, name))
            {
                continue;
            }

            if (!IsText(claim))
            {
                return [];
            }

            list.AddRange(claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }

        return list;
    }

    /// <summary>
    /// The identity from the access token. Claims from a cookie, or from another part of the app,
    /// are not treated as claims of the token.
    /// </summary>
    private static ClaimsIdentity? GetAccessToken(this ClaimsPrincipal user)
    {
        foreach (var identity in user.Identities)
        {
            if (identity.AuthenticationType == OAuthDefaults.AuthenticationScheme)
            {
                return identity;
            }
        }

        return null;
    }

    // A claim that the app adds to the identity does not have this issuer.
    private static bool IsOfToken(Claim claim, string name) =>
        claim.Type == name && claim.Issuer != ClaimsIdentity.DefaultIssuer;

    private static string? FindText(ClaimsIdentity? token, string name)
    {
        var claim = token?.FindFirst(claim => IsOfToken(claim, name));
        if (claim is null || claim.Value.Length == 0 || !IsText(claim))
        {
            return null;
        }

        return claim.Value;
    }

    // A subject that looks like a date has the type of a date.
    private static bool IsText(Claim claim) =>
        claim.ValueType is ClaimValueTypes.String or ClaimValueTypes.DateTime;

    private static string RemovePrefix(string scope, string prefix)
    {
        var hasPrefix = prefix.Length > 0 && scope.StartsWith(prefix, StringComparison.Ordinal);
        return hasPrefix ? scope[prefix.Length..] : scope;
    }
}
