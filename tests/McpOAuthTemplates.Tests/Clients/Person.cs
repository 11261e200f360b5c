using McpOAuthTemplates.Tests.DevAuth;
using Microsoft.AspNetCore.WebUtilities;
using ModelContextProtocol.Authentication;

namespace McpOAuthTemplates.Tests.Clients;

/// <summary>Sits at the browser and says yes: the first time to these scopes only, if any are named.</summary>
internal sealed class Person(HttpClient http, string name, params string[] firstScopes)
{
    private readonly Browser _browser = new(http);

    public Person(DevServer dev, string name, params string[] firstScopes)
        : this(dev.Server.Client, name, firstScopes)
    {
    }

    public string Name => name;

    /// <summary>The scopes of each consent page that was shown.</summary>
    public List<string> AskedScopes { get; } = [];

    /// <summary>The client that asked last.</summary>
    public string? ClientId { get; private set; }

    /// <summary>What the last consent page said.</summary>
    public string? Page { get; private set; }

    /// <summary>Returns the redirect, which is not followed.</summary>
    public async Task<BrowserAnswer> AllowAsync(string url)
    {
        var query = QueryHelpers.ParseQuery(new Uri(url).Query);
        ClientId = query["client_id"];
        AskedScopes.Add(query["scope"]!);
        var page = await _browser.OpenAsync(url);
        Assert.True(page.Status == 200, page.Text);
        Page = page.Text;
        var answer = await _browser.SubmitAsync(
            page, "Allow", user: name, keepChecked: AskedScopes.Count == 1 && firstScopes.Length > 0 ? firstScopes : null);
        Assert.Equal(302, answer.Status);
        Assert.Equal(query["redirect_uri"], answer.RedirectUri);
        return answer;
    }

    /// <summary>Returns the redirect to the client of the C# SDK, which does not listen to its redirect URI itself.</summary>
    public async Task<AuthorizationResult?> SignInAsync(AuthorizationCallbackContext context, CancellationToken cancellationToken)
    {
        var answer = await AllowAsync(context.AuthorizationUri.AbsoluteUri);
        return new AuthorizationResult { Code = answer["code"], State = answer["state"], Iss = answer["iss"] };
    }
}
