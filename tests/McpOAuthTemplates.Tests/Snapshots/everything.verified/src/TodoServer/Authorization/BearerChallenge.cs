using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace TodoServer.Authorization;

/// <summary>
/// The refusals of RFC 6750, section 3: a WWW-Authenticate header that tells the client where to sign in and what to ask
/// for, and a small JSON body. All texts are fixed: one that quoted a forged token could break the header.
/// </summary>
internal sealed class BearerChallenge(IOptions<OAuthOptions> options)
{
    private OAuthOptions OAuth => options.Value;

    /// <summary>Answers 401, with the error "invalid_token" only if there was a token.</summary>
    public Task WriteUnauthorizedAsync(HttpResponse response, Exception? failure)
    {
        var scope = Join(OAuth.InitialScopes is { Length: > 0 } initial ? initial : Scopes.All);
        var challenge = $"Bearer realm=\"OAuth\", resource_metadata=\"{OAuth.MetadataUrl}\", scope=\"{scope}\"";
        var (error, description) = failure switch
        {
            null => ("unauthorized", "An access token is required. The WWW-Authenticate header tells where to get one."),
            SecurityTokenExpiredException => ("invalid_token", "The access token has expired."),
            SecurityTokenInvalidAudienceException => ("invalid_token", "The access token was not issued for this resource."),
            SecurityTokenInvalidIssuerException => ("invalid_token", "The access token comes from another issuer."),
            _ => ("invalid_token", "The access token is not valid."),
        };
        challenge += failure is null ? "" : $", error=\"{error}\", error_description=\"{description}\"";
        return WriteAsync(response, 401, challenge, new(error, description, scope));
    }

    /// <summary>Answers 403 with the error "insufficient_scope", so that the client can ask for the missing scopes.</summary>
    public Task WriteInsufficientScopeAsync(HttpContext context, IReadOnlyCollection<string> required)
    {
        // With the scopes that the token has: some clients ask for exactly what stands here and would lose the others.
        var scope = Join(Scopes.All.Intersect(context.User.GetScopes(OAuth.ScopePrefix)).Union(required));
        var description = $"This operation requires the scope {Join(required)}.";
        var challenge = $"Bearer realm=\"OAuth\", error=\"insufficient_scope\", error_description=\"{description}\", "
            + $"scope=\"{scope}\", resource_metadata=\"{OAuth.MetadataUrl}\"";
        return WriteAsync(context.Response, 403, challenge, new("insufficient_scope", description, scope));
    }

    private string Join(IEnumerable<string> scopes) => string.Join(' ', scopes.Select(scope => OAuth.ScopePrefix + scope));

    private static Task WriteAsync(HttpResponse response, int status, string challenge, OAuthError error)
    {
        response.StatusCode = status;
        response.Headers.WWWAuthenticate = challenge;
        return response.WriteAsJsonAsync(error, OAuthErrorContext.Default.OAuthError);
    }
}

internal sealed record OAuthError(string Error, string ErrorDescription, string Scope);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(OAuthError))]
internal sealed partial class OAuthErrorContext : JsonSerializerContext;
