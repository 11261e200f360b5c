using System.Net;
using McpOAuthTemplates.Tests.DevAuth;
using McpOAuthTemplates.Tests.Infrastructure;
using ModelContextProtocol.Authentication;
using ModelContextProtocol.Client;

namespace McpOAuthTemplates.Tests.Clients;

/// <summary>The main job, with the client of the C# SDK: discovery, registration, sign-in, calls, step-up, a new token.</summary>
public sealed class CSharpClientTests(DevServer dev) : IClassFixture<DevServer>
{
    // The clients that this one is, by registration (RFC 7591) or by its metadata document.
    public static TheoryData<string, bool> Clients => new()
    {
        { "2026-07-28", true }, { "2026-07-28", false }, { "2025-11-25", true }, { "2025-11-25", false },
    };

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task It_signs_in_calls_and_steps_up(string revision, bool hasDocument)
    {
        // The person unchecks todo:write on the first consent page, and leaves everything checked on the second.
        var person = new Person(dev, $"alice-{revision}-{hasDocument}", ["todo:read"]);
        List<HttpStatusCode> statuses = [];
        await using var client = await ConnectAsync(revision, hasDocument, person, statuses);

        var tools = await client.ListToolsAsync();
        Assert.Equal(revision, client.NegotiatedProtocolVersion);
        Assert.Equal(["add_todo", "complete_todo", "list_todos", "whoami"], tools.Select(tool => tool.Name).Order());
        Assert.Equal(["todo:read todo:write"], person.AskedScopes);
        Assert.StartsWith(hasDocument ? "https://localhost:" : "dyn.", person.ClientId, StringComparison.Ordinal);
        Assert.Contains(hasDocument ? "Documented client" : "Registered client", person.Page, StringComparison.Ordinal);
        Assert.Contains($"subject: {person.Name}", await client.CallTextAsync("whoami"), StringComparison.Ordinal);
        Assert.Equal("There are no todos.", await client.CallTextAsync("list_todos"));
        Assert.DoesNotContain(HttpStatusCode.Forbidden, statuses);

        Assert.Equal("Added 1. [ ] Buy milk", await client.CallTextAsync("add_todo", ("title", "Buy milk")));
        Assert.Contains(HttpStatusCode.Forbidden, statuses);
        Assert.Equal(["todo:read todo:write", "todo:read todo:write"], person.AskedScopes);

        // The new token has both scopes, so that nothing is asked any more.
        Assert.Equal("1. [ ] Buy milk", await client.CallTextAsync("list_todos"));
        Assert.Equal("Completed 1. [x] Buy milk", await client.CallTextAsync("complete_todo", ("id", 1)));
        Assert.Equal(2, person.AskedScopes.Count);
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task It_gets_a_new_token_without_asking_the_person(string revision, bool hasDocument)
    {
        var person = new Person(dev, $"bob-{revision}-{hasDocument}");
        var tokens = new TokenCache();
        List<HttpStatusCode> statuses = [];
        await using var client = await ConnectAsync(revision, hasDocument, person, statuses, tokens);
        await client.CallTextAsync("whoami");

        // For the client, the hour of the token is over.
        var first = tokens.Current!;
        first.ObtainedAt -= TimeSpan.FromSeconds(first.ExpiresIn!.Value);
        await client.CallTextAsync("whoami");
        var second = tokens.Current!;
        Assert.NotEqual(first.AccessToken, second.AccessToken);
        Assert.NotEqual(first.RefreshToken, second.RefreshToken);

        // The server refuses the token before the client expects it.
        statuses.Clear();
        var refused = second.AccessToken + "x";
        second.AccessToken = refused;
        Assert.Contains($"subject: {person.Name}", await client.CallTextAsync("whoami"), StringComparison.Ordinal);
        Assert.Contains(HttpStatusCode.Unauthorized, statuses);
        Assert.NotEqual(refused, tokens.Current!.AccessToken);
        Assert.Single(person.AskedScopes);
    }

    private Task<McpClient> ConnectAsync(
        string revision, bool hasDocument, Person person, List<HttpStatusCode> statuses, TokenCache? tokens = null)
    {
        var oauth = new ClientOAuthOptions
        {
            RedirectUri = new Uri("http://127.0.0.1:7777/callback"),
            AuthorizationCallbackHandler = person.SignInAsync,
            TokenCache = tokens,
        };
        if (hasDocument)
        {
            oauth.ClientMetadataDocumentUri = new Uri(dev.Documents.Url("good"));
        }
        else
        {
            oauth.DynamicClientRegistration = new DynamicClientRegistrationOptions { ClientName = "Registered client" };
        }

        return SdkClient.ConnectAsync(dev.Endpoint, revision, oauth, statuses);
    }
}
