using System.Net;
using McpOAuthTemplates.Tests.Clients;
using McpOAuthTemplates.Tests.Infrastructure;
using McpOAuthTemplates.Tests.Providers;
using ModelContextProtocol.Authentication;
using ModelContextProtocol.Client;

namespace McpOAuthTemplates.Tests.Registration;

/// <summary>
/// The real clients of the suite with the emulator of Entra: nothing is registered for them by hand
/// but the one client. They sign in, call and step up; without the registration, none of them gets
/// as far as a page.
/// </summary>
[Collection(nameof(EntraServer))]
public sealed class EntraClientTests(EntraServer entra) : IDisposable
{
    private const string First = "todo:read";
    private const string Second = "todo:write";
    private const string NoRegistration = "does not support dynamic client registration";

    // The person has no cookies, so that each sign-in is seen.
    private readonly HttpClient _browser = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
    })
    {
        BaseAddress = new Uri(entra.Entra.Issuer),
    };

    public void Dispose() => _browser.Dispose();

    internal static ClientOAuthOptions CreateOptions(
        Func<AuthorizationCallbackContext, CancellationToken, Task<AuthorizationResult?>> signIn,
        TokenCache? tokens = null) => new()
        {
            RedirectUri = new Uri("http://127.0.0.1:7777/callback"),
            AuthorizationCallbackHandler = (context, cancellationToken) => signIn(context, cancellationToken),
            TokenCache = tokens,
            DynamicClientRegistration = new DynamicClientRegistrationOptions { ClientName = "C# client" },
        };

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task The_C_sharp_client_signs_in_steps_up_and_gets_a_new_token(string revision)
    {
        var person = new Person(_browser, $"alice-{revision}");
        var tokens = new TokenCache();
        var oauth = CreateOptions(person.SignInAsync, tokens);
        await using var client = await SdkClient.ConnectAsync(entra.Endpoint, revision, oauth, new List<HttpStatusCode>());

        Assert.Contains($"subject: {person.Name}", await client.CallTextAsync("whoami"), StringComparison.Ordinal);
        Assert.Equal("Added 1. [ ] Buy milk", await client.CallTextAsync("add_todo", ("title", "Buy milk")));
        Assert.Equal("1. [ ] Buy milk", await client.CallTextAsync("list_todos"));
        AssertScopes(person, isOffline: true);

        // For the client, the hour of the token is over.
        var first = tokens.Current!;
        first.ObtainedAt -= TimeSpan.FromSeconds(first.ExpiresIn!.Value);
        await client.CallTextAsync("whoami");
        Assert.NotEqual(first.AccessToken, tokens.Current!.AccessToken);
        Assert.Equal(2, person.AskedScopes.Count);
    }

    [SkippableTheory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task The_TypeScript_client_signs_in_and_steps_up(string revision)
    {
        Skip.If(NodeTools.SkipReason is not null, NodeTools.SkipReason);
        var person = new Person(_browser, $"carol-{revision}");
        await using var client = NodeTools.Start("typescript-client.mjs", entra.Endpoint.AbsoluteUri, revision);

        // It asks for no refresh token: when the server refuses the token, the person signs in as
        // at first, and for the step up again.
        foreach (var number in new[] { 1, 2, 3, 4 })
        {
            var answer = await person.AllowAsync(await client.WaitForAsync("sign in: ", number));
            using var callback = await _browser.GetAsync(answer.Response.Headers.Location);
            Assert.True(callback.IsSuccessStatusCode);
        }

        var result = (await client.WaitForExitAsync()).ShouldSucceed();
        Assert.Contains($"subject: {person.Name}", result.Output, StringComparison.Ordinal);
        Assert.Equal("Added 1. [ ] Buy milk", client.Find("add_todo: "));
        Assert.Equal("Completed 1. [x] Buy milk", client.Find("complete_todo: "));
        AssertScopes(person, isOffline: false);
    }

    [SkippableTheory]
    [InlineData("legacy")]
    [InlineData("auto")]
    public async Task Mcp_remote_signs_in_and_steps_up(string protocol)
    {
        SkipMcpRemote();
        var person = new Person(_browser, $"dave-{protocol}");
        var folder = Repository.CreateEmptyDirectory("mcp-remote", $"entra-{protocol}");
        var remote = new McpRemote(folder, entra.Endpoint, protocol);
        var signIn = SignInTwiceAsync(remote, person);
        await using var client = await remote.ConnectAsync();

        Assert.Contains($"subject: {person.Name}", await client.CallTextAsync("whoami"), StringComparison.Ordinal);
        Assert.Equal("Added 1. [ ] Buy milk", await client.CallTextAsync("add_todo", ("title", "Buy milk")));
        Assert.Equal("1. [ ] Buy milk", await client.CallTextAsync("list_todos"));
        await signIn;
        AssertScopes(person, isOffline: true);
    }

    [SkippableFact]
    public async Task Without_the_registration_no_client_gets_to_a_page()
    {
        SkipMcpRemote();
        var endpoint = await entra.StartWithoutRegistrationAsync();
        var remote = new McpRemote(Repository.CreateEmptyDirectory("mcp-remote", "entra-without"), endpoint, "auto");

        var oauth = CreateOptions((_, _) => throw new InvalidOperationException("There is a page."));
        var csharp = await Assert.ThrowsAnyAsync<Exception>(
            () => SdkClient.ConnectAsync(endpoint, "2025-11-25", oauth, new List<HttpStatusCode>()));
        Assert.Contains("code_challenge_methods_supported", csharp.ToString(), StringComparison.Ordinal);

        await using var typescript = NodeTools.Start("typescript-client.mjs", endpoint.AbsoluteUri, "2025-11-25");
        var ended = await typescript.WaitForExitAsync();
        Assert.Contains(NoRegistration, ended.Output, StringComparison.Ordinal);

        await Assert.ThrowsAnyAsync<Exception>(remote.ConnectAsync);
        Assert.Empty(remote.Opened);
        Assert.Contains(remote.Log, line => line.Contains(NoRegistration, StringComparison.Ordinal));
    }

    private static void SkipMcpRemote()
    {
        Skip.If(NodeTools.SkipReason is not null, NodeTools.SkipReason);
        Skip.IfNot(OperatingSystem.IsLinux(), "Only on Linux does mcp-remote open the browser that BROWSER names.");
    }

    private async Task SignInTwiceAsync(McpRemote remote, Person person)
    {
        foreach (var number in new[] { 1, 2 })
        {
            await remote.SignInAsync(person, _browser, number);
        }
    }

    // First what the challenge asks for, then that and what the call needs.
    private void AssertScopes(Person person, bool isOffline)
    {
        string[] offline = isOffline ? ["offline_access"] : [];
        string[] first = [entra.ScopePrefix + First, .. offline];
        string[] second = [entra.ScopePrefix + First, entra.ScopePrefix + Second, .. offline];

        Assert.Equal(first.Order(), person.AskedScopes[0].Split(' ').Order());
        Assert.Equal(second.Order(), person.AskedScopes[1].Split(' ').Order());
        Assert.Equal(EntraEmulator.ClientApp, person.ClientId);
    }
}
