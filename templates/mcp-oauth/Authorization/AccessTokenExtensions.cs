using System.Security.Claims;

namespace McpOAuthServer.Authorization;

/// <summary>What the access token says, in the forms that authorization servers give it.</summary>
internal static class AccessTokenExtensions
{
    /// <summary>
    /// The claims that name the client: of RFC 9068, of OpenID Connect, and the short form of some
    /// providers.
    /// </summary>
    public static string[] ClientClaims { get; } = ["client_id", "azp", "cid"];

    /// <summary>
    /// Who the token speaks for: "sub" or, where a provider leaves it out of machine tokens, the
    /// client.
    /// </summary>
    public static string GetSubject(this ClaimsPrincipal user)
    {
        var subject = user.GetAccessToken()?.FindFirst(claim => IsOfToken(claim, "sub"));
        return subject?.Value ?? user.GetClientId() ?? "";
    }

    /// <summary>The client that got the token.</summary>
    public static string? GetClientId(this ClaimsPrincipal user)
    {
        var token = user.GetAccessToken();
        foreach (var name in ClientClaims)
        {
            if (token?.FindFirst(claim => IsOfToken(claim, name)) is { } claim)
            {
                return claim.Value;
            }
        }

        return null;
    }

    /// <summary>
    /// The scopes in the token: "scope" (RFC 9068) or "scp", as one string or as an array, without
    /// the prefix of the provider. A scope with another prefix stays as it is, and counts for
    /// nothing. "permissions" are what the person may do, rather than what the person let the
    /// client do, so that they count only in a token without scopes.
    /// </summary>
    public static IReadOnlyList<string> GetScopes(this ClaimsPrincipal user, string prefix = "")
    {
        List<string> scopes = [];
        if (user.GetAccessToken() is not { } token)
        {
            return scopes;
        }

        var hasScopes = token.HasClaim(IsScope);
        Predicate<Claim> isCounted = hasScopes ? IsScope : IsPermission;
        foreach (var claim in token.FindAll(isCounted))
        {
            foreach (var scope in claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                scopes.Add(RemovePrefix(scope, prefix));
            }
        }

        return scopes;
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

    private static bool IsScope(Claim claim) => IsOfToken(claim, "scope") || IsOfToken(claim, "scp");

    private static bool IsPermission(Claim claim) => IsOfToken(claim, "permissions");

    private static string RemovePrefix(string scope, string prefix)
    {
        var hasPrefix = prefix.Length > 0 && scope.StartsWith(prefix, StringComparison.Ordinal);
        return hasPrefix ? scope[prefix.Length..] : scope;
    }
}
