using System.Net;

namespace TodoServer.Tests;

/// <summary>An issuer that is down, has another name, or changes its keys.</summary>
public sealed class IssuerTests
{
    [Fact]
    public async Task Without_the_keys_of_the_issuer_a_token_is_not_called_invalid()
    {
        using var server = new ServerFactory();
        server.Issuer.IsDown = true;
        var refused = await SendAsync(server, server.CreateToken());
        var junk = await SendAsync(server, BadTokens.Create("expired", server));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Empty(refused.Headers.WwwAuthenticate);
        Assert.Equal(HttpStatusCode.Unauthorized, junk.StatusCode);

        server.Issuer.IsDown = false;
        await WaitForAsync(server, server.CreateToken(), HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_keys_that_another_issuer_publishes_do_not_count()
    {
        using var server = new ServerFactory();
        server.Issuer.Name = TestIssuer.Url + "/other";
        var own = await SendAsync(server, server.CreateToken());
        var other = await SendAsync(server, server.CreateToken(("iss", server.Issuer.Name)));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, own.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, other.StatusCode);
    }

    [Fact]
    public async Task A_new_key_of_the_issuer_is_found()
    {
        using var server = new ServerFactory(("OAuth:UnknownKeyRefreshSeconds", "1"));
        await WaitForAsync(server, server.CreateToken(), HttpStatusCode.OK);
        server.Issuer.Key = TestIssuer.CreateOtherKey("second");

        await WaitForAsync(server, server.CreateToken(), HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_key_that_the_issuer_has_withdrawn_ends()
    {
        using var server = new ServerFactory(("OAuth:KeyRefreshSeconds", "1"));
        var token = server.CreateToken();
        await WaitForAsync(server, token, HttpStatusCode.OK);
        server.Issuer.Key = TestIssuer.CreateOtherKey("second");

        await WaitForAsync(server, token, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Strangers_cannot_make_the_server_read_the_keys_again_and_again()
    {
        using var server = new ServerFactory();
        await WaitForAsync(server, server.CreateToken(), HttpStatusCode.OK);
        var forged = BadTokens.Create("other key", server);
        for (var i = 0; i < 10; i++)
        {
            await SendAsync(server, forged);
        }

        Assert.InRange(server.Issuer.Requests, 1, 2);
    }

    private static Task<HttpResponseMessage> SendAsync(ServerFactory server, string token) =>
        server.Http.SendAsync(new McpRequest("tools/list", token));

    private static async Task WaitForAsync(
        ServerFactory server, string token, HttpStatusCode expected)
    {
        var end = DateTime.UtcNow.AddSeconds(20);
        var response = await SendAsync(server, token);
        while (response.StatusCode != expected && DateTime.UtcNow < end)
        {
            await Task.Delay(20);
            response = await SendAsync(server, token);
        }

        Assert.Equal(expected, response.StatusCode);
    }
}
