using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests;

public sealed class SmokeTests
{
    [Fact]
    public async Task Works()
    {
        await using var issuer = await TestIssuer.StartNewAsync();
        await using var server = await TodoServer.StartAsync(issuer);
        var audience = new Uri(server.Address, "mcp").AbsoluteUri;
        using var none = await server.Client.CallToolAsync("list_todos", token: null);
        Assert.Equal(401, (int)none.StatusCode);
        foreach (var revision in McpRequests.Revisions)
        {
            using var ok = await server.Client.CallToolAsync("list_todos", issuer.CreateToken(audience, "todo:read"), revision: revision);
            Assert.Equal(200, (int)ok.StatusCode);
            Assert.Equal("There are no todos.", await ok.ReadToolTextAsync());
            using var forbidden = await server.Client.CallToolAsync("add_todo", issuer.CreateToken(audience, "todo:read"), new { title = "x" }, revision);
            Assert.Equal(403, (int)forbidden.StatusCode);
            Assert.Equal("x", forbidden.GetChallenge() + await forbidden.Content.ReadAsStringAsync());
        }
    }
}
