using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;

namespace TodoServer.Authorization;

/// <summary>
/// Adds the scopes that other claims of an access token stand for, if it has no list of scopes and
/// the settings allow it.
/// </summary>
internal sealed class AccessTokenScopes(OAuthOptions oauth)
{
    public void Complete(ClaimsIdentity identity, JsonWebToken token)
    {
        RemoveForeignStandIns(identity);
        AddEmptyLists(identity, token);
        if (identity.HasClaim(AccessTokenExtensions.IsScope))
        {
            return;
        }

        if (oauth.PermissionsAsScopes)
        {
            AddStandIns(identity, "permissions", token);
        }

        if (oauth.AppRolesAsScopes)
        {
            AddStandIns(identity, "roles", token);
        }
    }

    // Only this code adds this claim: one with the same name in the token is removed.
    private static void RemoveForeignStandIns(ClaimsIdentity identity)
    {
        while (identity.FindFirst(AccessTokenExtensions.StandInClaim) is { } claim)
        {
            identity.RemoveClaim(claim);
        }
    }

    // An empty list becomes no claim, but it is still a list of scopes.
    private static void AddEmptyLists(ClaimsIdentity identity, JsonWebToken token)
    {
        foreach (var name in AccessTokenExtensions.ScopeClaims)
        {
            if (identity.FindFirst(name) is null && token.TryGetPayloadValue<object>(name, out _))
            {
                identity.AddClaim(Create(name, "", token));
            }
        }
    }

    private static void AddStandIns(ClaimsIdentity identity, string name, JsonWebToken token)
    {
        foreach (var scope in AccessTokenExtensions.ReadList(identity, name))
        {
            identity.AddClaim(Create(AccessTokenExtensions.StandInClaim, scope, token));
        }
    }

    // With the issuer of the token, like all claims of a token.
    private static Claim Create(string name, string value, JsonWebToken token) =>
        new(name, value, ClaimValueTypes.String, token.Issuer);
}
