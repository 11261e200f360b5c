using System.Diagnostics;
using System.Net;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.IdentityModel.Tokens;

namespace McpOAuthTemplates.Tests.Server;

/// <summary>Which keys count, and for how long.</summary>
public sealed class KeyTests
{
    private static readonly TimeSpan s_tenSeconds = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task What_another_issuer_publishes_is_not_used()
    {
        await using var issuer = await TestIssuer.StartNewAsync();
        issuer.Metadata["issuer"] = "https://evil.contoso.com";
        await using var server = await TodoServer.StartAsync(issuer);

        using var ready = await server.Client.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal(
            "Unhealthy: The discovery document names another issuer than the setting OAuth:Issuer.",
            await ready.Content.ReadAsStringAsync());
        using var own = await server.Client.CallToolAsync("whoami", CreateToken(issuer, server));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, own.StatusCode);
        using var other = await server.Client.CallToolAsync("whoami", CreateToken(issuer, server, ("iss", "https://evil.contoso.com")));
        Assert.Equal(HttpStatusCode.Unauthorized, other.StatusCode);
    }

    [Theory]
    [InlineData("http://adfs.contoso.com/adfs/services/trust")]
    [InlineData("urn:contoso:tokens")]
    [InlineData("contoso")]
    public async Task A_further_issuer_is_only_compared(string name)
    {
        await using var issuer = await TestIssuer.StartNewAsync();
        await using var server = await TodoServer.StartAsync(issuer, ("OAuth__ValidIssuers__0", name));

        using var response = await server.Client.CallToolAsync("whoami", CreateToken(issuer, server, ("iss", name)));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_withdrawn_key_ends_without_any_new_token()
    {
        await using var issuer = await TestIssuer.StartNewAsync();
        await using var server = await TodoServer.StartAsync(issuer, ("OAuth__KeyRefreshSeconds", "2"));
        var token = CreateToken(issuer, server);
        Assert.Equal(HttpStatusCode.OK, await GetStatusAsync(server, token));

        issuer.RotateKey();
        await Poll.UntilAsync(async () => await GetStatusAsync(server, token) == HttpStatusCode.Unauthorized, s_tenSeconds);

        issuer.HasNoKeys = true;
        await Poll.UntilAsync(
            async () => await GetStatusAsync(server, CreateToken(issuer, server)) == HttpStatusCode.ServiceUnavailable, s_tenSeconds);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task New_keys_count_in_less_than_ten_seconds_whatever_strangers_send(bool keepsId)
    {
        await using var issuer = await TestIssuer.StartNewAsync();
        await using var server = await TodoServer.StartAsync(issuer);
        Assert.Equal(HttpStatusCode.OK, await GetStatusAsync(server, CreateToken(issuer, server)));
        for (var round = 0; round < 2; round++)
        {
            await SendForgeriesAsync(issuer, server);
            var before = issuer.KeyRequests;
            issuer.RotateKey(keepsId ? issuer.Key.KeyId : null);
            var watch = Stopwatch.StartNew();
            await Poll.UntilAsync(
                async () =>
                {
                    await SendForgeriesAsync(issuer, server);
                    return await GetStatusAsync(server, CreateToken(issuer, server)) == HttpStatusCode.OK;
                },
                s_tenSeconds);
            Assert.InRange(issuer.KeyRequests - before, 1, 1);
        }
    }

    [Fact]
    public async Task A_new_key_counts_at_once_if_nobody_has_asked_before()
    {
        await using var issuer = await TestIssuer.StartNewAsync();
        await using var server = await TodoServer.StartAsync(issuer, ("OAuth__UnknownKeyRefreshSeconds", "1"));
        Assert.Equal(HttpStatusCode.OK, await GetStatusAsync(server, CreateToken(issuer, server)));
        await Task.Delay(1100);

        issuer.RotateKey();
        Assert.Equal(HttpStatusCode.OK, await GetStatusAsync(server, CreateToken(issuer, server)));
    }

    private static async Task SendForgeriesAsync(TestIssuer issuer, ServerProcess server)
    {
        foreach (var id in new[] { null, issuer.Key.KeyId })
        {
            var credentials = new SigningCredentials(TestIssuer.CreateForeignKey(id), SecurityAlgorithms.RsaSha256);
            using var response = await server.Client.CallToolAsync(
                "whoami", issuer.CreateToken(new Uri(server.Address, "mcp").AbsoluteUri, signedBy: credentials));
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }
    }

    private static string CreateToken(TestIssuer issuer, ServerProcess server, params (string Name, object? Value)[] claims) =>
        issuer.CreateToken(new Uri(server.Address, "mcp").AbsoluteUri, "todo:read", claims: claims);

    private static async Task<HttpStatusCode> GetStatusAsync(ServerProcess server, string token)
    {
        using var response = await server.Client.CallToolAsync("whoami", token);
        return response.StatusCode;
    }
}
