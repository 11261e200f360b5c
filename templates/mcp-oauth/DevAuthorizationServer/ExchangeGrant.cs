#if DEBUG
using System.Text.Json.Nodes;
using global::McpOAuthServer.Authorization;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace McpOAuthServer.DevAuthorizationServer;

/// <summary>
/// Exchanges the token of a user for one with which this server calls another API for that user
/// (RFC 8693).
/// </summary>
internal sealed class ExchangeGrant(OAuthOptions oauth, RsaSecurityKey key)
{
    public const string Type = "urn:ietf:params:oauth:grant-type:token-exchange";

    /// <summary>The client that is this server. Its secret is known.</summary>
    public const string ServerId = "dev-server";

    private const string AccessToken = "urn:ietf:params:oauth:token-type:access_token";

    /// <summary>The parameters of a token that was issued here.</summary>
    public static TokenValidationParameters CreateParameters(
        OAuthOptions oauth, RsaSecurityKey key, params string[] audiences)
    {
        return new TokenValidationParameters
        {
            ValidIssuer = oauth.Issuer,
            ValidAudiences = audiences,
            IssuerSigningKey = key,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            ValidTypes = ["at+jwt"],
            ClockSkew = TimeSpan.Zero,
        };
    }

    public async Task<IResult> IssueAsync(string client, IFormCollection form, HttpRequest http)
    {
        CheckClient(client, http);
        CheckTypes(form);
        var target = ReadTarget(form);
        var subject = await ReadSubjectAsync(form["subject_token"].ToString());
        return Answer(subject, target, form["scope"].ToString());
    }

    private IResult Answer(JsonWebToken subject, string target, string scope)
    {
        // Not longer than the token of the user.
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var endOfSubject = new DateTimeOffset(subject.ValidTo).ToUnixTimeSeconds();
        var end = Math.Min(now + AccessTokens.LifetimeSeconds, endOfSubject);
        var claims = new JsonObject
        {
            ["iss"] = oauth.Issuer,
            ["aud"] = target,
            ["sub"] = subject.Subject,
            ["client_id"] = ServerId,
            ["act"] = new JsonObject { ["sub"] = ServerId },
            ["scope"] = scope,
            ["iat"] = now,
            ["exp"] = end,
            ["jti"] = Guid.NewGuid().ToString("N"),
        };
        var answer = new JsonObject
        {
            ["access_token"] = Sign(claims),
            ["issued_token_type"] = AccessToken,
            ["token_type"] = "Bearer",
            ["expires_in"] = end - now,
            ["scope"] = scope,
        };
        return Results.Text(answer.ToJsonString(), "application/json");
    }

    private static void CheckClient(string client, HttpRequest http)
    {
        OAuthError.ThrowIf(
            client != ServerId,
            "unauthorized_client",
            "Only dev-server may exchange tokens.");
        OAuthError.ThrowIf(
            BrowserRequest.IsMadeByPage(http),
            "unauthorized_client",
            "dev-server is no page in a browser.",
            StatusCodes.Status403Forbidden);
    }

    private static void CheckTypes(IFormCollection form)
    {
        OAuthError.ThrowIf(
            form["subject_token_type"] != AccessToken,
            "invalid_request",
            "The subject_token_type must be that of access tokens.");
        OAuthError.ThrowIf(
            form.ContainsKey("requested_token_type") && form["requested_token_type"] != AccessToken,
            "invalid_request",
            "The requested_token_type must be that of access tokens.");
        OAuthError.ThrowIf(
            form.ContainsKey("actor_token"),
            "invalid_request",
            "An actor_token is not supported: dev-server is the actor.");
        OAuthError.ThrowIf(
            form["subject_token"].ToString().Length == 0,
            "invalid_request",
            "The subject_token is missing.");
    }

    private string ReadTarget(IFormCollection form)
    {
        string?[] targets = [.. form["resource"], .. form["audience"]];
        OAuthError.ThrowIf(
            targets.Length != 1 || string.IsNullOrWhiteSpace(targets[0]),
            "invalid_target",
            "One resource or one audience is expected.");

        var target = targets[0]!;
        var isOwn = oauth.AcceptedAudiences.Append(oauth.Resource).Any(own => IsSame(own, target));
        OAuthError.ThrowIf(
            isOwn,
            "invalid_target",
            "The target must be another API than this server.");
        return target;
    }

    // Libraries ignore a slash at the end of an audience.
    private static bool IsSame(string own, string target) =>
        own.TrimEnd('/').Equals(target.TrimEnd('/'), StringComparison.OrdinalIgnoreCase);

    private async Task<JsonWebToken> ReadSubjectAsync(string token)
    {
        var parameters = CreateParameters(oauth, key, oauth.AcceptedAudiences);
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, parameters);
        OAuthError.ThrowIf(
            !result.IsValid,
            "invalid_grant",
            "The subject_token is not a valid access token for this server.");
        return (JsonWebToken)result.SecurityToken;
    }

    private string Sign(JsonObject claims)
    {
        var credentials = new SigningCredentials(key, SecurityAlgorithms.RsaSha256);
        var header = new Dictionary<string, object> { ["typ"] = "at+jwt" };
        return new JsonWebTokenHandler().CreateToken(claims.ToJsonString(), credentials, header);
    }
}
#endif
