#if DEBUG
using System.Buffers.Text;
using TodoServer.Authorization;
using Microsoft.AspNetCore.WebUtilities;

namespace TodoServer.DevAuthorizationServer;

/// <summary>A request that may be shown to a person (RFC 6749, section 4.1.1).</summary>
internal sealed record AuthorizationRequest(
    Client Client, string RedirectUri, string? State, string CodeChallenge, string[] Scopes);

/// <summary>Asks a person for consent (RFC 6749, section 3.1).</summary>
internal sealed class AuthorizationEndpoint(
    OAuthOptions oauth, DevAuthOptions options, ClientFinder clients, ConsentForms forms, GrantStore store)
{
    public async Task<IResult> AskAsync(HttpRequest http)
    {
        // Until the client and its redirect URI are known to be good, an error is shown here and not sent there.
        var query = http.Query;
        var uri = query["redirect_uri"].ToString();
        var client = await clients.FindAsync(query["client_id"].ToString(), http);
        OAuthError.ThrowIf(!client.Allows(uri), "invalid_request", "The client has not registered this redirect_uri.");

        // Unknown scopes are ignored: the token response tells what was granted (RFC 6749, section 3.3).
        var asked = query["scope"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var scopes = Scopes.All.Select(scope => oauth.ScopePrefix + scope).Where(s => asked is [] || asked.Contains(s));
        var request = new AuthorizationRequest(
            client, uri, query["state"], query["code_challenge"].ToString(), [.. scopes]);
        if (FindError(query) is { } error)
        {
            return Redirect(request, "error", error);
        }

        // Without a page only to this machine, and not when another page asks for it.
        var isForScript = options.AutoApprove && http.Headers["Sec-Fetch-Site"] is [] or ["none"];
        if (isForScript && Client.IsHttpLoopback(uri))
        {
            await Task.Delay(500, http.HttpContext.RequestAborted); // Some clients open the browser before they listen.
            return Approve(request, "dev-user", request.Scopes);
        }

        if (BrowserRequest.IsOpenedBy(http, uri))
        {
            // The client waits in the window that has opened this one, and wants to hear from it.
            http.HttpContext.Response.Headers["Cross-Origin-Opener-Policy"] = "unsafe-none";
        }

        return Page.Consent(request, oauth.Resource, forms.Write(request));
    }

    public async Task<IResult> AnswerAsync(HttpRequest http)
    {
        var form = await TokenEndpoint.ReadFormAsync(http);
        var user = form["user"].ToString().Trim() is { Length: > 0 } name ? name : "dev-user";
        OAuthError.ThrowIf(user.Length > 100 || user.Any(char.IsControl), "invalid_request", "That is not a name.");
        var request = await forms.ReadOnceAsync(form["request"].ToString());
        OAuthError.ThrowIf(request is null, "invalid_request", "This sign-in has expired. Start again in your client.");
        return form["decision"] == "allow"
            ? Approve(request, user, [.. request.Scopes.Intersect(form["scope"].OfType<string>())])
            : Redirect(request, "error", "access_denied");
    }

    private string? FindError(IQueryCollection query) => query switch
    {
        _ when query.Any(pair => pair.Value.Count > 1 && pair.Key != "resource") => "invalid_request",
        _ when query.ContainsKey("request") => "request_not_supported",
        _ when query.ContainsKey("request_uri") => "request_uri_not_supported",
        _ when query["response_type"] != "code" => "unsupported_response_type",
        _ when query["code_challenge"] is not [{ Length: 43 } value] || !Base64Url.IsValid(value) => "invalid_request",
        _ when query["code_challenge_method"] != "S256" => "invalid_request",
        _ when RequestedResource.IsOther(query["resource"], oauth) => "invalid_target",
        _ when query["prompt"] == "none" => "interaction_required",
        _ => null,
    };

    private IResult Approve(AuthorizationRequest request, string user, string[] granted)
    {
        var grant = new Grant(request.Client.ClientId!, user, granted);
        return Redirect(request, "code", store.AddCode(grant, request));
    }

    // With the issuer (RFC 9207), so that a client which knows several servers cannot be made to mix them up.
    private IResult Redirect(AuthorizationRequest request, string name, string value)
    {
        var answer = new Dictionary<string, string?>
        {
            [name] = value, ["iss"] = oauth.Issuer, ["state"] = request.State, // A null is left out.
        };
        return Results.Redirect(QueryHelpers.AddQueryString(request.RedirectUri, answer));
    }
}
#endif
