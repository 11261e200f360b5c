using System.Net;
using System.Security.Claims;
using McpOAuthServer.Authorization;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace McpOAuthTemplates.Tests.Server;

/// <summary>A token that was valid a moment ago is not checked in full again, but refused no later for that.</summary>
public sealed class TokenCacheTests
{
    [Fact]
    public async Task A_cached_token_is_refused_when_its_key_was_withdrawn()
    {
        await using var issuer = await TestIssuer.StartNewAsync();
        await using var server = await TodoServer.StartAsync(issuer);
        var old = CreateToken(issuer, server);
        await AssertStatusAsync(HttpStatusCode.OK, server, old, old);

        // The token of the new key makes the server read the keys again.
        issuer.RotateKey();
        var current = CreateToken(issuer, server);
        await Poll.UntilAsync(async () => await GetStatusAsync(server, current) == HttpStatusCode.OK);

        await AssertStatusAsync(HttpStatusCode.Unauthorized, server, old, old);
    }

    [Fact]
    public async Task A_cached_token_expires_no_later()
    {
        await using var issuer = await TestIssuer.StartNewAsync();
        await using var server = await TodoServer.StartAsync(issuer);

        // 30 seconds of clock skew: a few are left.
        var token = CreateToken(issuer, server, claims: ("exp", DateTimeOffset.UtcNow.AddSeconds(-20).ToUnixTimeSeconds()));
        await AssertStatusAsync(HttpStatusCode.OK, server, token, token);

        await Poll.UntilAsync(
            async () => await GetStatusAsync(server, token) == HttpStatusCode.Unauthorized, atMost: TimeSpan.FromSeconds(25));
    }

    [Fact]
    public async Task A_required_claim_is_asked_for_each_time()
    {
        await using var issuer = await TestIssuer.StartNewAsync();
        await using var server = await TodoServer.StartAsync(issuer, ("OAuth__RequiredClaims__token_use__0", "access"));
        var good = CreateToken(issuer, server, claims: ("token_use", "access"));
        var bad = CreateToken(issuer, server, claims: ("token_use", "id"));

        await AssertStatusAsync(HttpStatusCode.OK, server, good, good);
        await AssertStatusAsync(HttpStatusCode.Unauthorized, server, bad, bad);
    }

    [Theory]
    [InlineData("60", "4096")]
    [InlineData("60", "1")]
    [InlineData("60", "0")]
    [InlineData("0", "4096")]
    public async Task Each_token_speaks_for_itself(string seconds, string size)
    {
        await using var issuer = await TestIssuer.StartNewAsync();
        await using var server = await TodoServer.StartAsync(
            issuer, ("OAuth__TokenCacheSeconds", seconds), ("OAuth__TokenCacheSize", size));
        string[] subjects = ["alice", "bob", "carol"];
        var tokens = subjects.Select(subject => CreateToken(issuer, server, claims: ("sub", subject))).ToArray();
        for (var round = 0; round < 2; round++)
        {
            foreach (var (subject, token) in subjects.Zip(tokens))
            {
                using var response = await server.Client.CallToolAsync("whoami", token);
                Assert.Contains($"subject: {subject}\n", await response.ReadToolTextAsync(), StringComparison.Ordinal);

                // The same token with another signature.
                var forged = token[..^6] + new string([.. token[^6..].Reverse()]);
                await AssertStatusAsync(HttpStatusCode.Unauthorized, server, forged);
            }
        }
    }

    // From inside, for once: no request can show what stays in memory.
    [Theory]
    [InlineData(10, 1)]
    [InlineData(10_000, 14)]
    public async Task What_is_kept_of_a_token_opens_no_door(int length, long size)
    {
        await using var issuer = new TestIssuer();
        var keys = new OpenIdConnectConfiguration();
        using var cache = new MemoryCache(new MemoryCacheOptions { SizeLimit = 4096, TrackStatistics = true });
        var tokens = new ValidTokens(cache, TimeSpan.FromMinutes(1));
        var token = issuer.CreateToken("https://mcp.contoso.com/mcp", "todo:read", claims: ("text", new string('x', length)));
        var signature = token[(token.LastIndexOf('.') + 1)..];

        tokens.Remember(token, keys);
        var known = tokens.Find(token, keys);

        Assert.NotNull(known);
        Assert.Equal(new JsonWebToken(token).Claims.Select(Describe), known.Claims.Select(Describe));
        Assert.Null(tokens.Find(token, new OpenIdConnectConfiguration()));
        Assert.Null(tokens.Find(known.EncodedToken, keys));
        Assert.Equal(size, cache.GetCurrentStatistics()!.CurrentEstimatedSize);
        Assert.DoesNotContain(Assert.IsType<string>(Assert.Single(cache.Keys)), token, StringComparison.Ordinal);
        Assert.DoesNotContain(signature, known.EncodedToken, StringComparison.Ordinal);

        static string Describe(Claim claim) => $"{claim.Type}={claim.Value}, {claim.ValueType}, {claim.Issuer}";
    }

    private static string CreateToken(TestIssuer issuer, ServerProcess server, params (string Name, object? Value)[] claims) =>
        issuer.CreateToken(new Uri(server.Address, "mcp").AbsoluteUri, "todo:read", claims: claims);

    private static async Task AssertStatusAsync(HttpStatusCode expected, ServerProcess server, params string[] tokens)
    {
        foreach (var token in tokens)
        {
            Assert.Equal(expected, await GetStatusAsync(server, token));
        }
    }

    private static async Task<HttpStatusCode> GetStatusAsync(ServerProcess server, string token)
    {
        using var response = await server.Client.CallToolAsync("list_todos", token);
        return response.StatusCode;
    }
}
