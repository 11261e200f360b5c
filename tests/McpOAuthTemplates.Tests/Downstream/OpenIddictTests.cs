using System.Net;
using System.Security.Cryptography.X509Certificates;
using McpOAuthTemplates.Tests.Clients;
using McpOAuthTemplates.Tests.Infrastructure;
using McpOAuthTemplates.Tests.Providers;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using ModelContextProtocol.Authentication;
using ModelContextProtocol.Client;

namespace McpOAuthTemplates.Tests.Downstream;

/// <summary>
/// A generated server with an authorization server that is not ours, a real client, and an API: no
/// mistake of ours can be on both sides of the exchange.
/// </summary>
public sealed class OpenIddictTests : IAsyncLifetime, IDisposable
{
    private readonly X509Certificate2 _certificate = EntraOnBehalfOf.CreateCertificate();
    private readonly HttpClient _browser = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private RecordingApi _api = null!;
    private OpenIddictServer _openIddict = null!;
    private ServerProcess _server = null!;

    public async Task InitializeAsync()
    {
        var address = new Uri($"http://localhost:{ServerProcess.GetFreePort()}");
        var mcp = new Uri(address, "mcp");
        _api = await RecordingApi.StartAsync();
        _openIddict = await OpenIddictServer.StartAsync(mcp, _api.Address, _certificate);

        // The client id is the URL of the server, so that it is an audience of its callers' tokens.
        var target = new Dictionary<string, string>
        {
            ["BaseAddress"] = _api.Address.AbsoluteUri,
            ["ClientId"] = mcp.AbsoluteUri,
            ["Resource"] = _api.Address.AbsoluteUri,
            ["Scope"] = OpenIddictServer.OrdersScope,
        };
        var orders = new Dictionary<string, string>(target) { ["ClientSecret"] = OpenIddictServer.Secret };
        var invoices = new Dictionary<string, string>(target)
        {
            ["ClientCertificate"] = EntraOnBehalfOf.ExportPem(_certificate),
        };
        var project = await ServersUnderTest.BuiltAsync(DownstreamServer.Folder);
        _server = await ServerProcess.StartAsync(project.GetAssembly(), project.ContentRoot, address, "Development", [
            ("OAuth__Issuer", _openIddict.Issuer),
            .. DownstreamServer.Describe("Orders", orders),
            .. DownstreamServer.Describe("Invoices", invoices),
        ]);
        await _server.WaitUntilReadyAsync();
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _openIddict.DisposeAsync();
        await _api.DisposeAsync();
    }

    public void Dispose()
    {
        _browser.Dispose();
        _certificate.Dispose();
    }

    [Fact]
    public async Task The_API_is_called_for_the_user_who_has_signed_in_with_a_secret_and_with_a_certificate()
    {
        var cache = new TokenCache();
        await using var client = await ConnectAsync("alice", cache);
        Assert.Equal("orders for alice", await client.CallTextAsync("list_orders"));
        Assert.Equal("200 orders for alice", await client.CallTextAsync("get_invoices", ("url", "list")));

        await using var other = await ConnectAsync("bob", new TokenCache());
        Assert.Equal("orders for bob", await other.CallTextAsync("list_orders"));

        var callerToken = cache.Current!.AccessToken;
        Assert.Equal(3, _api.Requests.Count);
        Assert.All(_api.Requests, request => CheckToken(new JsonWebToken(request.Token!)));
        Assert.DoesNotContain(_api.Requests, request => request.Text.Contains(callerToken, StringComparison.Ordinal));
        await CheckNotAcceptedAsync(_api.Requests.First().Token!);
    }

    private void CheckToken(JsonWebToken token)
    {
        Assert.Equal([_api.Address.AbsoluteUri], token.Audiences);
        Assert.Equal(new Uri(_server.Address, "mcp").AbsoluteUri, token.GetPayloadValue<string>("act_client"));
        Assert.Equal(OpenIddictServer.OrdersScope, token.GetPayloadValue<string>("scope"));
        Assert.Equal("at+jwt", token.Typ);
    }

    // It is for the API, and not for this server.
    private async Task CheckNotAcceptedAsync(string exchanged)
    {
        using var response = await _server.Client.CallToolAsync("whoami", exchanged);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    private Task<McpClient> ConnectAsync(string user, TokenCache cache)
    {
        var oauth = new ClientOAuthOptions
        {
            ClientId = OpenIddictServer.UserClient,
            RedirectUri = new Uri(OpenIddictServer.RedirectUri),
            AuthorizationCallbackHandler = (context, _) => SignInAsync(user, context),
            TokenCache = cache,
        };
        return SdkClient.ConnectAsync(new Uri(_server.Address, "mcp"), "2025-11-25", oauth, new List<HttpStatusCode>());
    }

    private async Task<AuthorizationResult?> SignInAsync(string user, AuthorizationCallbackContext context)
    {
        var url = QueryHelpers.AddQueryString(context.AuthorizationUri.AbsoluteUri, "login_hint", user);
        using var response = await _browser.GetAsync(url);
        Assert.True(response.StatusCode == HttpStatusCode.Redirect, await response.Content.ReadAsStringAsync());
        var answer = QueryHelpers.ParseQuery(response.Headers.Location!.Query);
        return new AuthorizationResult { Code = answer["code"]!, State = answer["state"]!, Iss = answer["iss"]! };
    }
}
