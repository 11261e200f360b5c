using System.Security.Claims;

namespace TodoServer.Authorization;

/// <summary>What the access token says, in the forms that authorization servers give it.</summary>
internal static class AccessTokenExtensions
{
    /// <summary>Who the token speaks for: "sub" or, where a provider leaves it out of machine tokens, the client.</summary>
    public static string GetSubject(this ClaimsPrincipal user) => user.FindFirstValue("sub") ?? user.GetClientId() ?? "";

    /// <summary>The client that got the token: "client_id" (RFC 9068), "azp" (OpenID Connect) or "cid" (Okta).</summary>
    public static string? GetClientId(this ClaimsPrincipal user) =>
        user.FindFirstValue("client_id") ?? user.FindFirstValue("azp") ?? user.FindFirstValue("cid");

    /// <summary>
    /// The scopes in the token: "scope" (RFC 9068), "scp" (Entra ID, Okta) and "permissions" (Auth0), as one string or as an
    /// array, without the prefix of the provider.
    /// </summary>
    public static IEnumerable<string> GetScopes(this ClaimsPrincipal user, string prefix = "") => user.Claims
        .Where(claim => claim.Type is "scope" or "scp" or "permissions")
        .SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(scope => scope.StartsWith(prefix, StringComparison.Ordinal) ? scope[prefix.Length..] : scope);
}
