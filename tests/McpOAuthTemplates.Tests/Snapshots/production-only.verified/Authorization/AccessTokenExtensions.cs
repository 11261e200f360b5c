using System.Security.Claims;

namespace TodoServer.Authorization;

/// <summary>What the access token says, in the forms that authorization servers give it.</summary>
internal static class AccessTokenExtensions
{
    /// <summary>The claims that name the client: of RFC 9068, of OpenID Connect, and the short form of some providers.</summary>
    public static string[] ClientClaims { get; } = ["client_id", "azp", "cid"];

    /// <summary>Who the token speaks for: "sub" or, where a provider leaves it out of machine tokens, the client.</summary>
    public static string GetSubject(this ClaimsPrincipal user) => user.FindFirstValue("sub") ?? user.GetClientId() ?? "";

    /// <summary>The client that got the token.</summary>
    public static string? GetClientId(this ClaimsPrincipal user) =>
        ClientClaims.Select(claim => user.FindFirstValue(claim)).FirstOrDefault(client => client is not null);

    /// <summary>
    /// The scopes in the token: "scope" (RFC 9068) or "scp", as one string or as an array, without the prefix of the provider. A
    /// scope with another prefix stays as it is, and counts for nothing. "permissions" are what the person may do, rather than
    /// what the person let the client do, so that they count only in a token without scopes.
    /// </summary>
    public static IReadOnlyList<string> GetScopes(this ClaimsPrincipal user, string prefix = "")
    {
        var hasScopes = user.HasClaim(claim => claim.Type is "scope" or "scp");
        var scopes = new List<string>();
        foreach (var claim in user.FindAll(claim => hasScopes ? claim.Type is "scope" or "scp" : claim.Type == "permissions"))
        {
            scopes.AddRange(claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }

        return prefix == "" ? scopes : scopes.ConvertAll(scope =>
            scope.StartsWith(prefix, StringComparison.Ordinal) ? scope[prefix.Length..] : scope);
    }
}
