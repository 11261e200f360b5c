#if DEBUG
using System.Buffers.Text;
using global::TodoServer.Authorization;
using Microsoft.AspNetCore.WebUtilities;

namespace TodoServer.DevAuthorizationServer;

/// <summary>A request that can be shown to the user (RFC 6749, section 4.1.1).</summary>
internal sealed record AuthorizationRequest(
    Client Client, string RedirectUri, string? State, string CodeChallenge, string[] Scopes);

/// <summary>Asks the user for consent (RFC 6749, section 3.1).</summary>
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
        // Until the client and its redirect URI are validated, errors are shown here and not sent
        // there.
        var query = http.Query;
        var uri = query["redirect_uri"].ToString();
        var client = await clients.FindAsync(query["client_id"].ToString(), http);
        OAuthError.ThrowIf(!client.Allows(uri), "invalid_request", "The client has not registered this redirect_uri.");

        // Unknown scopes are ignored: the token response says what was granted (RFC 6749, section
        // 3.3).
        var asked = query["scope"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var scopes = Scopes.All.Select(scope => oauth.ScopePrefix + scope).Where(s => asked is [] || asked.Contains(s));
        var request = new AuthorizationRequest(
            client, uri, query["state"], query["code_challenge"].ToString(), [.. scopes]);
        if (FindError(query) is { } error)
        {
            return Redirect(request, "error", error);
        }

        // The hint of OpenID Connect is used only if it is the name of a known user.
        var person = people.FindByName(query["login_hint"]) ?? people.Default;

        // Without a page only to this machine, and not for a browser: any page could have sent it
        // here.
        var isForScript = options.AutoApprove && !BrowserRequest.IsMadeByPage(http);
        if (isForScript && Client.IsHttpLoopback(uri))
        {
            await Task.Delay(500, http.HttpContext.RequestAborted); // Some clients open the browser before they listen.
            return Approve(request, person, request.Scopes);
        }

        if (BrowserRequest.IsOpenedBy(http, uri))
        {
            // The client waits in the window that opened this one, and needs access to it.
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

    // With the button of a known user, the other fields are ignored.
    private Person ReadPerson(IFormCollection form)
    {
        if (form.TryGetValue("person", out var chosen))
        {
            var known = people.FindByLabel(chosen);
            OAuthError.ThrowIf(known is null, "invalid_request", "This user is no longer known.");
            return known;
        }

        var name = form["user"].ToString();
        if (string.IsNullOrWhiteSpace(name))
        {
            name = people.Default.Name;
        }

        var person = Person.Parse(name, form["roles"].ToString(), form["claims"].ToString());
        var problem = person.FindProblem();
        OAuthError.ThrowIf(problem is not null, "invalid_request", $"This is not possible: {problem}.");
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

    // With the issuer (RFC 9207), which protects clients with several servers from mix-up attacks.
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
