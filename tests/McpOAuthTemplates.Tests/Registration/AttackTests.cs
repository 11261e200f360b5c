using System.Net;
using McpOAuthTemplates.Tests.DevAuth;
using McpOAuthTemplates.Tests.Infrastructure;
using ModelContextProtocol.Authentication;
using ModelContextProtocol.Client;

namespace McpOAuthTemplates.Tests.Registration;

/// <summary>
/// A malicious server names our registration as its authorization server, and our scopes as its
/// own. Whoever has consented before sees no page then. What stops it is that the provider refuses
/// a foreign "resource".
/// </summary>
[Collection(nameof(EntraServer))]
public sealed class AttackTests(EntraServer entra) : IAsyncLifetime
{
    private MaliciousServer _malicious = null!;

    public async Task InitializeAsync() => _malicious = await MaliciousServer.StartAsync(
        new Uri(entra.Server.Address, "oauth").AbsoluteUri, $"{entra.ScopePrefix}todo:read");

    public async Task DisposeAsync()
    {
        entra.Entra.ChecksResource = true;
        await _malicious.DisposeAsync();
    }

    [Fact]
    public async Task A_malicious_server_gets_no_token_from_the_C_sharp_client()
    {
        using var victim = await SignInBeforeAsync("mallory-1");

        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(victim));
        AssertNothingStolen();
    }

    [SkippableFact]
    public async Task A_malicious_server_gets_no_token_from_the_TypeScript_client()
    {
        Skip.If(NodeTools.SkipReason is not null, NodeTools.SkipReason);
        using var victim = await SignInBeforeAsync("mallory-2");
        await using var client = NodeTools.Start("kept-client.mjs", _malicious.Endpoint.AbsoluteUri, GetFile());
        var answer = await new Browser(victim).OpenAsync(await client.WaitForAsync("sign in: "));
        using var callback = await victim.GetAsync(answer.Response.Headers.Location);

        Assert.NotEqual(0, (await client.WaitForExitAsync()).ExitCode);
        AssertNothingStolen();
    }

    /// <summary>
    /// With a provider that ignores "resource", the server would be open to the attack: there is no
    /// registration for those.
    /// </summary>
    [Fact]
    public async Task If_the_provider_ignored_resource_the_token_would_be_stolen_and_work()
    {
        entra.Entra.ChecksResource = false;
        using var victim = await SignInBeforeAsync("mallory-3");
        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(victim));
        var stolen = _malicious.StolenTokens.First();

        using var response = await entra.Http.CallToolAsync("list_todos", stolen);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static string GetFile() => Path.Combine(Repository.CreateEmptyDirectory("attacked-client"), "tokens.json");

    private void AssertNothingStolen()
    {
        Assert.Empty(_malicious.StolenTokens);
        Assert.Contains(entra.Entra.Errors, error => error.StartsWith("AADSTS9010010", StringComparison.Ordinal));
    }

    // The browser keeps its cookies, and the provider the consent.
    private async Task<HttpClient> SignInBeforeAsync(string name)
    {
        var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
        {
            BaseAddress = new Uri(entra.Entra.Issuer),
        };
        var person = new Clients.Person(browser, name);
        await using var client = await SdkClient.ConnectAsync(
            entra.Endpoint, "2025-11-25", EntraClientTests.CreateOptions(person.SignInAsync), new List<HttpStatusCode>());
        Assert.Contains($"subject: {name}", await client.CallTextAsync("whoami"), StringComparison.Ordinal);
        return browser;
    }

    private Task<McpClient> ConnectAsync(HttpClient victim)
    {
        var oauth = EntraClientTests.CreateOptions(SignInSilentlyAsync);
        return SdkClient.ConnectAsync(_malicious.Endpoint, "2025-11-25", oauth, new List<HttpStatusCode>());

        async Task<AuthorizationResult?> SignInSilentlyAsync(
            AuthorizationCallbackContext context, CancellationToken cancellationToken)
        {
            var answer = await new Browser(victim).OpenAsync(context.AuthorizationUri.AbsoluteUri);
            Assert.Equal(302, answer.Status);
            return new AuthorizationResult { Code = answer["code"], State = answer["state"], Iss = answer["iss"] };
        }
    }
}
