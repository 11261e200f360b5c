#if DEBUG
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using global::TodoServer.Authorization;
using Microsoft.AspNetCore.WebUtilities;

namespace TodoServer.DevAuthorizationServer;

/// <summary>Issues tokens (RFC 6749, section 3.2) and revokes them (RFC 7009).</summary>
internal sealed class TokenEndpoint(
    OAuthOptions oauth,
    DevAuthOptions options,
    People people,
    GrantStore store,
    AccessTokens tokens,
    ExchangeGrant exchange)
{
    public static IResult Error(OAuthError error)
    {
        var json = new JsonObject
        {
            ["error"] = error.Code,
            ["error_description"] = error.Message,
        };
        return Json(json, error.Status);
    }

    public async Task<IResult> IssueAsync(HttpRequest http)
    {
        var form = await ReadFormAsync(http);
        var client = ClientAuthentication.Authenticate(http, form);
        if (form["grant_type"] == ExchangeGrant.Type)
        {
            return await exchange.IssueAsync(client, form, http);
        }

        OAuthError.ThrowIf(
            RequestedResource.IsOther(form["resource"], oauth),
            "invalid_target",
            $"The resource must be {oauth.Resource}.");

        return form["grant_type"].ToString() switch
        {
            "authorization_code" => RedeemCode(client, form),
            "refresh_token" when options.RefreshTokens => Refresh(client, form),
            "client_credentials" => IssueToScript(client, form, http),
            _ => throw new OAuthError("unsupported_grant_type", "The metadata lists the grant types."),
        };
    }

    public async Task<IResult> RevokeAsync(HttpRequest http)
    {
        var form = await ReadFormAsync(http);
        var client = ClientAuthentication.Authenticate(http, form);
        store.Revoke(form["token"], client);
        return Results.Ok();
    }

    public static async Task<IFormCollection> ReadFormAsync(HttpRequest http)
    {
        OAuthError.ThrowIf(!http.HasFormContentType, "invalid_request", "A form is expected.");
        var form = await http.ReadFormAsync(http.HttpContext.RequestAborted);
        var isDoubled = form.Any(field => field.Value.Count > 1 && field.Key is not ("resource" or "scope"));
        OAuthError.ThrowIf(isDoubled, "invalid_request", "A parameter occurs twice.");
        return form;
    }

    // ---- One method for each grant type ----

    private IResult RedeemCode(string client, IFormCollection form)
    {
        var signIn = store.RedeemCode(form["code"], code => CheckCode(code, client, form), options.RefreshTokens);
        return Answer(signIn.Grant, signIn.Grant.Scopes, signIn.RefreshToken);
    }

    private IResult Refresh(string client, IFormCollection form)
    {
        var asked = ReadScopes(form);
        var signIn = store.Refresh(form["refresh_token"], grant => CheckGrant(grant, client, asked));
        var granted = asked.Length > 0 ? asked : signIn.Grant.Scopes;
        return Answer(signIn.Grant, granted, signIn.RefreshToken);
    }

    private IResult IssueToScript(string client, IFormCollection form, HttpRequest http)
    {
        OAuthError.ThrowIf(
            client != ClientAuthentication.ScriptId,
            "unauthorized_client",
            "Only dev-script may do that.");

        // Its secret is known, so a page of any site could send it.
        OAuthError.ThrowIf(
            BrowserRequest.IsMadeByPage(http),
            "unauthorized_client",
            "dev-script is for scripts: in a browser, a person signs in.",
            StatusCodes.Status403Forbidden);

        string[] granted = [.. Scopes.All.Select(scope => oauth.ScopePrefix + scope)];
        var asked = ReadScopes(form);
        if (asked.Length > 0)
        {
            granted = [.. granted.Intersect(asked)];
        }

        var grant = new Grant(client, client, granted, people.FindScript().Claims);
        return Answer(grant, granted, refreshToken: null);
    }

    // ---- What they check ----

    private static void CheckCode(IssuedCode code, string client, IFormCollection form)
    {
        OAuthError.ThrowIf(
            code.Grant.ClientId != client,
            "invalid_grant",
            "The code belongs to another client.");

        var hasOtherUri = form["redirect_uri"].Any(uri => uri != code.RedirectUri);
        OAuthError.ThrowIf(hasOtherUri, "invalid_grant", "The code was sent to another redirect_uri.");

        var verifier = Encoding.UTF8.GetBytes(form["code_verifier"].ToString());
        var challenge = WebEncoders.Base64UrlEncode(SHA256.HashData(verifier));
        OAuthError.ThrowIf(
            challenge != code.CodeChallenge,
            "invalid_grant",
            "The code_verifier does not match.");
    }

    private static void CheckGrant(Grant grant, string client, string[] asked)
    {
        OAuthError.ThrowIf(
            grant.ClientId != client,
            "invalid_grant",
            "The refresh token belongs to another client.");

        var isWider = asked.Except(grant.Scopes).Any();
        OAuthError.ThrowIf(isWider, "invalid_scope", "That is more than was granted.");
    }

    private static string[] ReadScopes(IFormCollection form) =>
        form["scope"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);

    // ---- The answer ----

    private IResult Answer(Grant grant, string[] granted, string? refreshToken)
    {
        var scope = string.Join(' ', granted);
        var answer = new JsonObject
        {
            ["access_token"] = tokens.Create(grant, scope),
            ["token_type"] = "Bearer",
            ["expires_in"] = AccessTokens.LifetimeSeconds,
            ["scope"] = scope,
        };
        if (refreshToken is not null)
        {
            answer["refresh_token"] = refreshToken;
        }

        return Json(answer);
    }

    private static IResult Json(JsonObject json, int status = StatusCodes.Status200OK) =>
        Results.Text(json.ToJsonString(), "application/json", statusCode: status);
}
#endif
