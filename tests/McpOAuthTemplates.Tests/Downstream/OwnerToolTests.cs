using McpOAuthTemplates.Tests.Infrastructure;
using ModelContextProtocol.Client;

namespace McpOAuthTemplates.Tests.Downstream;

/// <summary>What an owner's own tool cannot do by mistake, and sessions.</summary>
public sealed class OwnerToolTests(DownstreamDebugServer server) : IClassFixture<DownstreamDebugServer>
{
    private OtherServers Others => server.Others;

    [Fact]
    public async Task A_relative_URL_is_below_the_address_of_the_API()
    {
        Assert.Equal("200 orders of below", await GetAsync("below", "a/b?c=d"));
        Assert.Equal("/api/a/b?c=d", Assert.Single(Others.GetCalls("below")).Path);
    }

    [Theory]
    [InlineData("https://evil.contoso.com/orders")]
    [InlineData("//evil.contoso.com/orders")]
    [InlineData("http://127.0.0.1:PORT/api/orders")]
    [InlineData("http://localhost:1/api/orders")]
    [InlineData("https://localhost:PORT/api/orders")]
    [InlineData("http://localhost.evil.contoso.com:PORT/api/orders")]
    [InlineData("http://localhost:PORT@evil.contoso.com/api/orders")]
    public async Task Another_host_gets_no_token(string url)
    {
        var port = new Uri(Others.Api).Port;
        var text = await GetAsync("elsewhere", url.Replace("PORT", $"{port}", StringComparison.Ordinal));

        Assert.Equal("An error occurred invoking 'get'.", text);
        Assert.Empty(Others.GetExchanges("elsewhere"));
        Assert.Empty(Others.GetCalls("elsewhere"));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        Assert.StartsWith("302", await GetAsync("redirected", "redirect"), StringComparison.Ordinal);
        Assert.Equal("/api/redirect", Assert.Single(Others.GetCalls("redirected")).Path);
    }

    [Fact]
    public async Task No_cookie_of_one_user_is_sent_for_another_one()
    {
        await GetAsync("biscuit-one", "orders");
        await GetAsync("biscuit-two", "orders");

        Assert.All(Others.Calls, call => Assert.DoesNotContain("Cookie", call.Headers, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Sessions_of_two_users_use_tokens_of_their_own()
    {
        await using var stateful = await server.StartServerAsync(server.GetSettings(("Sessions", "true")));
        await stateful.WaitUntilReadyAsync();
        await using var ada = await ConnectAsync(stateful, "session-ada");
        await using var grace = await ConnectAsync(stateful, "session-grace");
        var calls = Enumerable.Range(0, 20).SelectMany(_ => new[]
        {
            (User: "session-ada", Text: ada.CallTextAsync("list_orders")),
            (User: "session-grace", Text: grace.CallTextAsync("list_orders")),
        }).ToArray();
        await Task.WhenAll(calls.Select(call => call.Text));

        Assert.NotNull(ada.SessionId);
        Assert.NotEqual(ada.SessionId, grace.SessionId);
        foreach (var (user, text) in calls)
        {
            Assert.Equal($"orders of {user}", await text);
        }

        Assert.Single(Others.GetExchanges("session-ada"));
        Assert.Single(Others.GetExchanges("session-grace"));
    }

    private async Task<string> GetAsync(string user, string url)
    {
        using var response = await server.Http.CallToolAsync("get", server.CreateToken(user), new { url });
        return await response.ReadToolTextAsync();
    }

    private Task<McpClient> ConnectAsync(ServerProcess stateful, string user)
    {
        var endpoint = new Uri(stateful.Address, "mcp");
        var token = server.Issuer.CreateToken(endpoint.AbsoluteUri, "todo:read", user);
        var transport = new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = endpoint,
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {token}" },
        });
        return McpClient.CreateAsync(transport, new McpClientOptions { ProtocolVersion = "2025-11-25" });
    }
}
