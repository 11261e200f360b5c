using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;

namespace TodoServer.Authorization;

/// <summary>
/// Adds to what an access token says which of its claims stand for scopes, where it has no list of
/// scopes and the settings allow it.
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

    // What stands for scopes is decided here, and by no claim that has this name in the token.
    private static void RemoveForeignStandIns(ClaimsIdentity identity)
    {
        while (identity.FindFirst(AccessTokenExtensions.StandInClaim) is { } claim)
        {
            identity.RemoveClaim(claim);
        }
    }

    // No claim comes of a list that is empty, but it is a list of scopes nevertheless.
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
        foreach (var scope in AccessTokenExtensions.ReadList(identity, name).ToArray())
        {
            identity.AddClaim(Create(AccessTokenExtensions.StandInClaim, scope, token));
        }
    }

    // With the issuer of the token, as all claims of a token have it.
    private static Claim Create(string name, string value, JsonWebToken token) =>
        new(name, value, ClaimValueTypes.String, token.Issuer);
}
