#if DEBUG
using System.Buffers.Text;
using global::McpOAuthServer.Authorization;
using Microsoft.AspNetCore.WebUtilities;

namespace McpOAuthServer.DevAuthorizationServer;

/// <summary>A request that may be shown to a person (RFC 6749, section 4.1.1).</summary>
internal sealed record AuthorizationRequest(
    Client Client, string RedirectUri, string? State, string CodeChallenge, string[] Scopes);

/// <summary>Asks a person for consent (RFC 6749, section 3.1).</summary>
internal sealed class AuthorizationEndpoint(
    OAuthOptions oauth,
    DevAuthOptions options,
    People people,
    ClientFinder clients,
    ConsentForms forms,
    GrantStore store)
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

        // The hint of OpenID Connect names one of the people who are known here, or nobody.
        var person = people.FindByName(query["login_hint"]) ?? people.Default;

        // Without a page only to this machine and for no browser: who has sent it here, nobody knows.
        var isForScript = options.AutoApprove && !BrowserRequest.IsMadeByPage(http);
        if (isForScript && Client.IsHttpLoopback(uri))
        {
            await Task.Delay(500, http.HttpContext.RequestAborted); // Some clients open the browser before they listen.
            return Approve(request, person, request.Scopes);
        }

        if (BrowserRequest.IsOpenedBy(http, uri))
        {
            // The client waits in the window that has opened this one, and wants to hear from it.
            http.HttpContext.Response.Headers["Cross-Origin-Opener-Policy"] = "unsafe-none";
        }

        return new ConsentPage(oauth, people).Show(request, forms.Write(request), person);
    }

    public async Task<IResult> AnswerAsync(HttpRequest http)
    {
        var form = await TokenEndpoint.ReadFormAsync(http);
        var isDenied = form["decision"] != "allow" && !form.ContainsKey("person");
        var person = isDenied ? people.Default : ReadPerson(form);
        var request = await forms.ReadOnceAsync(form["request"].ToString());
        OAuthError.ThrowIf(request is null, "invalid_request", "This sign-in has expired. Start again in your client.");
        if (isDenied)
        {
            return Redirect(request, "error", "access_denied");
        }

        people.Remember(person);
        return Approve(request, person, [.. request.Scopes.Intersect(form["scope"].OfType<string>())]);
    }

    // With a button for somebody who is known, what is in the other fields does not count.
    private Person ReadPerson(IFormCollection form)
    {
        if (form.TryGetValue("person", out var chosen))
        {
            var known = people.FindByLabel(chosen);
            OAuthError.ThrowIf(known is null, "invalid_request", "This person is not known any more.");
            return known;
        }

        var name = form["user"].ToString();
        if (string.IsNullOrWhiteSpace(name))
        {
            name = people.Default.Name;
        }

        var person = Person.Parse(name, form["roles"].ToString(), form["claims"].ToString());
        var problem = person.FindProblem();
        OAuthError.ThrowIf(problem is not null, "invalid_request", $"That cannot be: {problem}.");
        return person;
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

    private IResult Approve(AuthorizationRequest request, Person person, string[] granted)
    {
        var grant = new Grant(request.Client.ClientId!, person.Name, granted, person.Claims);
        return Redirect(request, "code", store.AddCode(grant, request));
    }

    // With the issuer (RFC 9207), so that a client which knows several servers cannot be made to mix them up.
    private IResult Redirect(AuthorizationRequest request, string name, string value)
    {
        var answer = new Dictionary<string, string?>
        {
            [name] = value,
            ["iss"] = oauth.Issuer,

            // Left out if it is null.
            ["state"] = request.State,
        };
        return Results.Redirect(QueryHelpers.AddQueryString(request.RedirectUri, answer));
    }
}
#endif
