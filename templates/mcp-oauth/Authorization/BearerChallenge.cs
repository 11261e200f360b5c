using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace McpOAuthServer.Authorization;

/// <summary>
/// The refusals of RFC 6750, section 3: a WWW-Authenticate header that tells the client where to sign in and what to ask
/// for, and a small JSON body. All texts are fixed: one that quoted a forged token could break the header.
/// </summary>
internal sealed class BearerChallenge(IOptions<OAuthOptions> options)
{
    private OAuthOptions OAuth => options.Value;

    /// <summary>Answers 401, with the error "invalid_token" only if there was a token.</summary>
    public Task WriteUnauthorizedAsync(HttpContext context, Exception? failure)
    {
        RefusalMetrics.CountChallenge(failure);
        var scope = Join(OAuth.InitialScopes is { Length: > 0 } initial ? initial : Scopes.All);
        var challenge = $"Bearer realm=\"OAuth\", resource_metadata=\"{OAuth.MetadataUrl}\", scope=\"{scope}\"";
        if (failure is null)
        {
            const string Missing = "An access token is required. The WWW-Authenticate header tells where to get one.";
            return WriteAsync(context, 401, challenge, new OAuthError("unauthorized", Missing, scope));
        }

        var description = Describe(failure);
        challenge += $", error=\"invalid_token\", error_description=\"{description}\"";
        return WriteAsync(context, 401, challenge, new OAuthError("invalid_token", description, scope));
    }

    /// <summary>
    /// Answers 403. If only scopes are missing, with the error "insufficient_scope", so that the client can ask for them;
    /// if something else is missing, such as a role, more scopes would not help.
    /// </summary>
    public Task WriteForbiddenAsync(HttpContext context, AuthorizationPolicy policy, AuthorizationFailure? failure)
    {
        var failed = failure?.FailedRequirements ?? [];
        var isForScopes = failure is { FailCalled: false } && failed.Any() && failed.All(item => item is ScopeRequirement);
        if (!isForScopes)
        {
            return WriteForbiddenAsync(context);
        }

        RefusalMetrics.CountDenial(context, "insufficient_scope");
        var required = policy.Requirements.OfType<ScopeRequirement>().SelectMany(item => item.Scopes).Distinct().ToArray();

        // With the scopes that the token has: some clients ask for exactly what stands here and would lose the others.
        var scope = Join(Scopes.All.Intersect(context.User.GetScopes(OAuth.ScopePrefix)).Union(required));
        var description = $"This operation requires the scope {Join(required)}.";
        var challenge = $"Bearer realm=\"OAuth\", error=\"insufficient_scope\", error_description=\"{description}\", "
            + $"scope=\"{scope}\", resource_metadata=\"{OAuth.MetadataUrl}\"";
        return WriteAsync(context, 403, challenge, new OAuthError("insufficient_scope", description, scope));
    }

    /// <summary>Answers 403 without a challenge: no sign-in would help.</summary>
    public static Task WriteForbiddenAsync(HttpContext context)
    {
        RefusalMetrics.CountDenial(context, "forbidden");
        return WriteRefusalAsync(context, 403, "forbidden", "The user or client of this token may not do this.");
    }

    /// <summary>Answers with an error that is not about tokens.</summary>
    public static Task WriteRefusalAsync(HttpContext context, int status, string error, string description)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            new OAuthError(error, description, null), OAuthErrorContext.Default.OAuthError);
    }

    private static string Describe(Exception failure) => failure switch
    {
        SecurityTokenExpiredException => "The access token has expired.",
        SecurityTokenInvalidAudienceException => "The access token was not issued for this resource.",
        SecurityTokenInvalidIssuerException => "The access token comes from another issuer.",
        _ => "The access token is not valid.",
    };

    private string Join(IEnumerable<string> scopes) => string.Join(' ', scopes.Select(scope => OAuth.ScopePrefix + scope));

    private static Task WriteAsync(HttpContext context, int status, string challenge, OAuthError error)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.WWWAuthenticate = challenge;
        return context.Response.WriteAsJsonAsync(error, OAuthErrorContext.Default.OAuthError);
    }
}

internal sealed record OAuthError(string Error, string ErrorDescription, string? Scope);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OAuthError))]
internal sealed partial class OAuthErrorContext : JsonSerializerContext;
