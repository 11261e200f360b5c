using System.Security.Claims;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace TodoServer.Authorization;

/// <summary>
/// The challenges of RFC 6750, section 3: a WWW-Authenticate header that tells the client where to
/// sign in and which scopes to request, and a small JSON body. All texts are fixed, since text from
/// a forged token could break the header.
/// </summary>
internal sealed class BearerChallenge(IOptions<OAuthOptions> options)
{
    private const string NoToken =
        "An access token is required. The WWW-Authenticate header says where to get one.";

    private OAuthOptions OAuth => options.Value;

    /// <summary>Answers 401, with the error "invalid_token" only if there was a token.</summary>
    public Task WriteUnauthorizedAsync(HttpContext http, Exception? failure)
    {
        RefusalMetrics.CountChallenge(failure);
        var scope = Join(OAuth.InitialScopes is { Length: > 0 } initial ? initial : Scopes.All);
        var challenge = $"""
            Bearer realm="OAuth", resource_metadata="{OAuth.MetadataUrl}", scope="{scope}"
            """;
        if (failure is null)
        {
            http.Response.Headers.WWWAuthenticate = challenge;
            return Refusal.WriteAsync(http, 401, new("unauthorized", NoToken, scope));
        }

        var description = Describe(failure);
        http.Response.Headers.WWWAuthenticate = $"""
            {challenge}, error="invalid_token", error_description="{description}"
            """;
        return Refusal.WriteAsync(http, 401, new("invalid_token", description, scope));
    }

    /// <summary>
    /// Answers 503: after a 401, a client would ask its user to sign in again in vain.
    /// </summary>
    public static Task WriteUnavailableAsync(HttpContext http, IssuerUnavailableException reason)
    {
        var seconds = IssuerUnavailableException.RetryAfter.TotalSeconds;
        http.Response.Headers.RetryAfter = $"{seconds}";
        return Refusal.WriteAsync(http, 503, new("temporarily_unavailable", reason.Message));
    }

    /// <summary>
    /// Answers 403 with the error "insufficient_scope", so that the client can request more scopes.
    /// </summary>
    public Task WriteInsufficientScopeAsync(HttpContext http, string[] required)
    {
        if (IsOfApp(http.User))
        {
            return WriteForbiddenAsync(http, "The application of this token has no app role for this "
                + "operation. An administrator can assign one.");
        }

        RefusalMetrics.CountDenial(http, "insufficient_scope");

        // Some clients request exactly the scopes in the challenge, and would lose those that they
        // have.
        var granted = Scopes.All.Intersect(http.User.GetScopes(OAuth.ScopePrefix));
        var scope = Join(granted.Union(required));
        var description = $"This operation requires the scope {Join(required)}.";
        http.Response.Headers.WWWAuthenticate =
            $"Bearer realm=\"OAuth\", error=\"insufficient_scope\", error_description=\"{description}\", "
            + $"scope=\"{scope}\", resource_metadata=\"{OAuth.MetadataUrl}\"";
        return Refusal.WriteAsync(http, 403, new("insufficient_scope", description, scope));
    }

    /// <summary>Answers 403 without a challenge: no sign-in would help.</summary>
    public static Task WriteForbiddenAsync(HttpContext http) =>
        WriteForbiddenAsync(http, "The user or client of this token is not allowed to do this.");

    private static Task WriteForbiddenAsync(HttpContext http, string description)
    {
        RefusalMetrics.CountDenial(http, "forbidden");
        return Refusal.WriteAsync(http, 403, new("forbidden", description));
    }

    // An app that acts on its own behalf does not get its scopes by consent.
    private bool IsOfApp(ClaimsPrincipal user)
    {
        if (user.HasScopeList())
        {
            return false;
        }

        return OAuth.AppRolesAsScopes || user.HasClaim("idtyp", "app");
    }

    private static string Describe(Exception failure) => failure switch
    {
        AccessTokenException refused => refused.Message,
        SecurityTokenExpiredException => "The access token has expired.",
        SecurityTokenInvalidAudienceException => "The access token was not issued for this resource.",
        SecurityTokenInvalidIssuerException => "The access token comes from another issuer.",
        _ => "The access token is not valid.",
    };

    private string Join(IEnumerable<string> scopes) =>
        string.Join(' ', scopes.Select(scope => OAuth.ScopePrefix + scope));
}
