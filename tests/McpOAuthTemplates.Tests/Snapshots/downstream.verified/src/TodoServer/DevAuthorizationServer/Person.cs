#if DEBUG
using System.Text.Json.Serialization;
using TodoServer.Authorization;

namespace TodoServer.DevAuthorizationServer;

/// <summary>Someone to sign in as, with the claims for the access token.</summary>
/// <param name="Name">The claim "sub".</param>
/// <param name="Claims">
/// Other claims, each with its values. [Authorize(Roles = "...")] looks at the claim "roles".
/// </param>
internal sealed record Person(string Name, Dictionary<string, string[]> Claims)
{
    public const string RolesClaim = "roles";

    private const int MaxNameLength = 100;
    private const int MaxClaimsLength = 2000; // The token must fit into a header.

    private static readonly HashSet<string> s_setByServer =
        ["iss", "sub", "aud", "exp", "iat", "nbf", "jti", "client_id", "scope", "scp"];

    [JsonIgnore]
    public string[] Roles => Claims.GetValueOrDefault(RolesClaim) ?? [];

    /// <summary>
    /// The name and, if any, the claims: one name can have several sets of claims.
    /// </summary>
    [JsonIgnore]
    public string Label
    {
        get
        {
            if (Claims.Count == 0)
            {
                return Name;
            }

            var claims = Claims.Select(claim => $"{claim.Key}: {string.Join(", ", claim.Value)}");
            return $"{Name} ({string.Join("; ", claims)})";
        }
    }

    /// <summary>Reads the claims from the consent page: one per line, as "name = value".</summary>
    public static Person Parse(string name, string roles, string claims)
    {
        List<KeyValuePair<string, string>> pairs = [];
        foreach (var role in Split(roles, ','))
        {
            pairs.Add(new(RolesClaim, role));
        }

        foreach (var line in Split(claims, '\n'))
        {
            var parts = line.Split('=', 2, StringSplitOptions.TrimEntries);
            OAuthError.ThrowIf(parts.Length < 2, "invalid_request", $"This is not a claim: {line}");
            pairs.Add(new(parts[0], parts[1]));
        }

        return Create(name.Trim(), pairs);
    }

    /// <summary>A claim that occurs more than once has more than one value.</summary>
    public static Person Create(string name, IEnumerable<KeyValuePair<string, string>> claims)
    {
        var grouped = claims.GroupBy(claim => claim.Key, claim => claim.Value);
        return new Person(name, grouped.ToDictionary(claim => claim.Key, claim => claim.Distinct().ToArray()));
    }

    /// <summary>Whether only the authorization server sets this claim.</summary>
    public static bool IsSetByServer(string claim) => s_setByServer.Contains(claim);

    /// <summary>What a token cannot contain, or null.</summary>
    public string? FindProblem()
    {
        if (Name.Length is 0 or > MaxNameLength || Name.Any(char.IsControl))
        {
            return $"a name has 1 to {MaxNameLength} characters";
        }

        if (AccessTokenExtensions.IsNameOfClient(Name))
        {
            return "names that begin with \"client:\" are those of clients";
        }

        foreach (var (claim, values) in Claims)
        {
            if (IsSetByServer(claim))
            {
                return $"the claim \"{claim}\" is set by the authorization server";
            }

            if (claim.Length == 0 || values.Any(value => value.Length == 0))
            {
                return "a claim needs a name and a value";
            }
        }

        if (Label.Length > MaxClaimsLength)
        {
            return "these are too many claims for a token";
        }

        return null;
    }

    private static string[] Split(string text, char separator) => text.Split(
        separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
#endif
