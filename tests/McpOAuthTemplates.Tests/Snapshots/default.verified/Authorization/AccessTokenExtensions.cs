using System.Security.Claims;

namespace TodoServer.Authorization;

/// <summary>What the access token says, in the forms that authorization servers give it.</summary>
internal static class AccessTokenExtensions
{
    /// <summary>Of what stands for scopes in a token that has no list of them.</summary>
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
    /// Who the token speaks for, to whom rows of a database can belong: the claim "sub", or
    /// "client:" and the client in a client's own token that has none. Empty only without a token.
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

    /// <summary>The client that got the token.</summary>
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
    /// strings, without the prefix of the provider. A scope with another prefix stays as it is, and
    /// counts for nothing.
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

    /// <summary>Whether the token has a list of scopes, be it an empty one.</summary>
    public static bool HasScopeList(this ClaimsPrincipal user) =>
        user.GetAccessToken() is { } token && token.HasClaim(IsScope);

    /// <summary>Whether a user could not have this subject, since clients have it.</summary>
    public static bool IsNameOfClient(string subject) =>
        subject.StartsWith(ClientPrefix, StringComparison.OrdinalIgnoreCase);

    public static bool IsScope(Claim claim) => IsOfToken(claim, "scope") || IsOfToken(claim, "scp");

    /// <summary>
    /// A list that is a string with spaces or an array of strings. Anything else, such as an array
    /// of objects, is no list.
    /// </summary>
    public static IEnumerable<string> ReadList(ClaimsIdentity token, string name)
    {
        var claims = token.FindAll(claim => IsOfToken(claim, name));
        if (!claims.All(IsText))
        {
            return [];
        }

        return claims.SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>
    /// The identity that the access token gave the caller. What a cookie, or another part of the
    /// app, says beside it does not count as said by the token.
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

    // A claim that the app has added to the identity has no issuer.
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
