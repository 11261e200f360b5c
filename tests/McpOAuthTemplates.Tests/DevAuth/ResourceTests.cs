using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.IdentityModel.JsonWebTokens;

namespace McpOAuthTemplates.Tests.DevAuth;

/// <summary>The same resource, as different clients write it (RFC 3986, section 6.2).</summary>
public sealed class ResourceTests
{
    [Fact]
    public async Task At_the_root_a_slash_makes_no_difference()
    {
        await using var server = await TodoServer.StartAsync(("OAuth__Resource", "{address}"));
        var own = server.Address.GetLeftPart(UriPartial.Authority);
        foreach (var resource in new[] { own, own + "/", own.ToUpperInvariant() })
        {
            var client = await CodeFlow.CreateAsync(server);
            var browser = new Browser(server.Client);
            var page = await browser.OpenAsync(client.GetAuthorizeUrl(resource: resource));
            var tokens = (await client.RedeemAsync(await client.AllowAsync(page), resource)).ShouldSucceed();

            var token = new JsonWebToken((string)tokens["access_token"]!);
            Assert.Equal([own], token.Audiences);
        }

        foreach (var other in new[] { own + "/mcp", own + "//", own + "/?x", own + "/#f", own + "1", "https" + own[4..], "/", "" })
        {
            var client = await CodeFlow.CreateAsync(server);
            var answer = await new Browser(server.Client).OpenAsync(client.GetAuthorizeUrl(resource: other));
            var refused = await client.RedeemAsync(await client.GetCodeAsync(), other);

            Assert.Equal("invalid_target", answer["error"]);
            Assert.Equal("invalid_target", refused.Error);
        }
    }
}
