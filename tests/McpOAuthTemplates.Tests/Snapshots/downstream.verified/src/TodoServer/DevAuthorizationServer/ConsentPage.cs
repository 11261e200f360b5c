#if DEBUG
using TodoServer.Authorization;

namespace TodoServer.DevAuthorizationServer;

/// <summary>
/// Asks who signs in, with which roles and other claims, and which scopes the client gets.
/// </summary>
internal sealed class ConsentPage(OAuthOptions oauth, People people)
{
    /// <param name="request">The request of the client.</param>
    /// <param name="handle">The signed request, which the form sends back.</param>
    /// <param name="person">The preselected user.</param>
    public Page Show(AuthorizationRequest request, string handle, Person person)
    {
        var known = people.ReadAll();
        return Page.Create($"Allow {GetName(request.Client)}?", $"""
            {DescribeRequest(request)}
            <form method="post" action="authorize">
            <input type="hidden" name="request" value="{handle}">
            {CreatePersonFields(person, known)}
            <fieldset><legend>With these permissions</legend>
            {string.Concat(request.Scopes.Select(CreateScope))}
            </fieldset>
            <div class="buttons"><button name="decision" value="allow">Allow</button>
            <button name="decision" value="deny">Deny</button></div>
            {CreateButtons(person, known)}
            </form>
            """);
    }

    private string DescribeRequest(AuthorizationRequest request)
    {
        var client = "";
        if (Client.IsUrl(request.Client.ClientId!))
        {
            client = $"<dt>It is</dt><dd>{Encode(request.Client.ClientId!)}</dd>";
        }

        var target = new Uri(request.RedirectUri);
        var origin = $"{target.Scheme}://{target.Authority}";
        if (target.Scheme is "http" or "https")
        {
            origin = target.Authority;
        }

        return $"""
            <dl>{client}<dt>It wants to use</dt><dd>{Encode(oauth.Resource)}</dd>
            <dt>You will be sent back to</dt><dd>{Encode(origin)}</dd></dl>
            """;
    }

    private static string CreatePersonFields(Person person, IReadOnlyList<Person> known)
    {
        var names = known.Select(other => other.Name).Distinct();
        var roles = known.SelectMany(other => other.Roles).Distinct();
        var others = person.Claims.Where(claim => claim.Key != Person.RolesClaim);
        var lines = others.SelectMany(claim => claim.Value.Select(value => $"{claim.Key} = {value}"));
        return $"""
            <label><span class="soft">Sign in as</span>
            <input type="text" name="user" value="{Encode(person.Name)}" maxlength="100" list="names"></label>
            <datalist id="names">{string.Concat(names.Select(CreateOption))}</datalist>
            <label><span class="soft">Roles, separated by commas</span>
            <input type="text" name="roles" value="{Encode(string.Join(", ", person.Roles))}"
            maxlength="1000" list="roles"></label>
            <datalist id="roles">{string.Concat(roles.Select(CreateOption))}</datalist>
            <label><span class="soft">Other claims, one per line: name = value</span>
            <textarea name="claims" rows="2" maxlength="2000">
            {Encode(string.Join('\n', lines))}</textarea></label>
            """;
    }

    private string CreateScope(string scope, int index)
    {
        var description = ScopeDescriptions.Get(scope[oauth.ScopePrefix.Length..]);
        return $"""
            <label class="choice"><input type="checkbox" checked name="scope" value="{Encode(scope)}"
            aria-describedby="scope-{index}"><code>{Encode(scope)}</code></label>
            <p class="about soft" id="scope-{index}">{Encode(description)}</p>
            """;
    }

    // One button for each known user who is not preselected.
    private static string CreateButtons(Person shown, IReadOnlyList<Person> known)
    {
        var others = known.Where(person => person.Label != shown.Label);
        return string.Concat(others.Select(CreateButton));
    }

    private static string CreateButton(Person person)
    {
        var label = Encode(person.Label);
        return $"""
            <button class="person" name="person" value="{label}">Allow as {label}</button>
            """;
    }

    private static string CreateOption(string text) => $"<option value=\"{Encode(text)}\">";

    private static string GetName(Client client)
    {
        return Encode(client.ClientName ?? "an application without a name");
    }

    private static string Encode(string text) => Page.Encode(text);
}
#endif
