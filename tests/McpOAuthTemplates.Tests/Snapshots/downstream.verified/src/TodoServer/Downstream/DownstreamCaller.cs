using System.Net.Http.Headers;
using System.Security.Claims;
using global::TodoServer.Authorization;

namespace TodoServer.Downstream;

/// <summary>Who called the MCP endpoint, and with which token.</summary>
internal sealed class DownstreamCaller
{
    // Not a record, whose text would contain the token.
    private DownstreamCaller(string token, bool isUser)
    {
        Token = token;
        IsUser = isUser;
    }

    public string Token { get; }

    public bool IsUser { get; }

    /// <summary>The caller of the current request, if its access token has been checked.</summary>
    public static DownstreamCaller? Find(HttpContext? http)
    {
        if (http is null || http.User.GetSubject().Length == 0)
        {
            return null;
        }

        // From where the token was read that has been checked. It is kept nowhere else.
        var header = http.Request.Headers.Authorization.ToString();
        if (!AuthenticationHeaderValue.TryParse(header, out var authorization))
        {
            return null;
        }

        var isBearer = "Bearer".Equals(authorization.Scheme, StringComparison.OrdinalIgnoreCase);
        if (!isBearer || string.IsNullOrEmpty(authorization.Parameter))
        {
            return null;
        }

        return new DownstreamCaller(authorization.Parameter, IsOfUser(http.User));
    }

    /// <summary>
    /// A client that acts on its own behalf has no user for whom another API could be called.
    /// Providers tell that in different ways.
    /// </summary>
    private static bool IsOfUser(ClaimsPrincipal caller)
    {
        var subject = caller.GetSubject();
        var client = caller.GetClientId();
        if (AccessTokenExtensions.IsNameOfClient(subject))
        {
            return false;
        }

        if (subject == client || subject == $"{client}@clients")
        {
            return false;
        }

        if (caller.HasClaim("idtyp", "app") || caller.HasClaim("gty", "client-credentials"))
        {
            return false;
        }

        // The object itself is the subject, and no user has allowed scopes.
        return caller.HasScopeList() || !caller.HasClaim("oid", subject);
    }
}
