using System.Net;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.IdentityModel.Tokens;

namespace McpOAuthTemplates.Tests.Server;

/// <summary>What happens when the issuer is away, or changes its keys.</summary>
public sealed class IssuerTests
{
    [Fact]
    public async Task A_server_heals_by_itself_when_the_issuer_comes_back()
    {
        await using var issuer = new TestIssuer();
        await using var server = await TodoServer.StartAsync(issuer);
        var token = issuer.CreateToken(new Uri(server.Address, "mcp").AbsoluteUri, "todo:read");

        using var live = await server.Client.GetAsync("/healthz");
        using var ready = await server.Client.GetAsync("/readyz");
        using var refused = await server.Client.CallToolAsync("list_todos", token);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);

        await issuer.StartAsync();
        await Poll.UntilAsync(async () => (await server.Client.GetAsync("/readyz")).StatusCode == HttpStatusCode.OK);
        using var accepted = await server.Client.CallToolAsync("list_todos", token);
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);

        // With the keys in hand, an outage does not matter.
        await issuer.StopAsync();
        using var still = await server.Client.CallToolAsync("list_todos", token);
        Assert.Equal(HttpStatusCode.OK, still.StatusCode);
    }

    [Fact]
    public async Task The_keys_are_read_at_start_up_and_not_by_the_first_request()
    {
        await using var issuer = await TestIssuer.StartNewAsync();
        await using var server = await TodoServer.StartAsync(issuer);
        await Poll.UntilAsync(() => Task.FromResult(issuer.KeyRequests == 1));

        using var response = await server.Client.CallToolAsync(
            "whoami", issuer.CreateToken(new Uri(server.Address, "mcp").AbsoluteUri));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(1, issuer.KeyRequests);
    }

    [Fact]
    public async Task The_keys_are_read_without_a_request_once_the_issuer_is_there()
    {
        await using var issuer = new TestIssuer();
        await using var server = await TodoServer.StartAsync(issuer);
        await Poll.UntilAsync(() => Task.FromResult(server.Output.Contains("No token is accepted", StringComparison.Ordinal)));

        await issuer.StartAsync();
        await Poll.UntilAsync(() => Task.FromResult(issuer.KeyRequests == 1));
        Assert.Equal(2, server.Output.Split("No token is accepted").Length);
    }

    [Fact]
    public async Task A_server_that_is_its_own_issuer_waits_until_it_answers()
    {
        await using var server = await TodoServer.StartAsync();
        await Poll.UntilAsync(async () => (await server.Client.GetAsync("/readyz")).StatusCode == HttpStatusCode.OK);

        Assert.DoesNotContain("No token is accepted", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_key_is_found()
    {
        await using var issuer = await TestIssuer.StartNewAsync();
        await using var server = await TodoServer.StartAsync(issuer);
        var audience = new Uri(server.Address, "mcp").AbsoluteUri;
        using var before = await server.Client.CallToolAsync("whoami", issuer.CreateToken(audience));
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        issuer.RotateKey();
        var token = issuer.CreateToken(audience);
        await Poll.UntilAsync(async () =>
        {
            using var response = await server.Client.CallToolAsync("whoami", token);
            Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Unauthorized);
            return response.StatusCode == HttpStatusCode.OK;
        });
    }

    [Fact]
    public async Task Forged_key_ids_do_not_make_the_server_ask_again_and_again()
    {
        await using var issuer = await TestIssuer.StartNewAsync();
        await using var server = await TodoServer.StartAsync(issuer);
        var audience = new Uri(server.Address, "mcp").AbsoluteUri;
        for (var i = 0; i < 20; i++)
        {
            using var response = await server.Client.CallToolAsync("whoami", issuer.CreateToken(
                audience, signedBy: new SigningCredentials(TestIssuer.CreateForeignKey(), SecurityAlgorithms.RsaSha256)));
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }

        Assert.InRange(issuer.KeyRequests, 1, 3);
    }
}
