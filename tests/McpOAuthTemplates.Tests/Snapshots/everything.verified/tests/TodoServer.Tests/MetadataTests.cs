using System.Net;
using System.Text.Json.Nodes;

namespace TodoServer.Tests;

/// <summary>
/// The document of RFC 9728, which tells clients where to sign in and which scopes there are.
/// </summary>
public sealed class MetadataTests(ServerFactory server) : IClassFixture<ServerFactory>
{
    private const string AtRoot = ServerFactory.Origin + "/.well-known/oauth-protected-resource";

    [Fact]
    public async Task It_is_at_the_URL_of_the_challenge_and_at_the_root()
    {
        foreach (var url in new[] { server.MetadataUrl, AtRoot })
        {
            var metadata = JsonNode.Parse(await server.Http.GetStringAsync(url))!.AsObject();

            Assert.Equal(server.Resource, (string?)metadata["resource"]);
            Assert.Equal(server.GetSettings("OAuth:AuthorizationServers") ?? [TestIssuer.Url], GetTexts("authorization_servers"));
            Assert.Equal(server.FirstScopes, string.Join(' ', GetTexts("scopes_supported")));
            Assert.Equal(["header"], GetTexts("bearer_methods_supported"));
            Assert.DoesNotContain(metadata, member => member.Value is null);

            IEnumerable<string?> GetTexts(string member) => metadata[member]!.AsArray().Select(text => (string?)text);
        }
    }

    [Fact]
    public async Task It_is_nowhere_else_and_can_only_be_read()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync(AtRoot + "/other")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync(server.MetadataUrl + "/other")).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await server.Http.PostAsync(server.MetadataUrl, null)).StatusCode);
    }

    [Theory]
    [InlineData("Host", "localhost:1234")]
    [InlineData("X-Forwarded-Host", "localhost:1234")]
    [InlineData("X-Forwarded-Proto", "http")]
    [InlineData("X-Forwarded-Prefix", "/other")]
    [InlineData("Forwarded", "host=localhost:1234;proto=http")]
    public async Task No_header_of_the_request_changes_it_or_the_challenge(string header, string value)
    {
        var (get, call) = (new HttpRequestMessage(HttpMethod.Get, server.MetadataUrl), new McpRequest("tools/list"));
        get.Headers.Add(header, value);
        call.Headers.Add(header, value);
        var (answer, challenged) = (await server.Http.SendAsync(get), await server.Http.SendAsync(call));
        var expected = await server.Http.GetStringAsync(server.MetadataUrl);

        // A host that is not allowed gets no answer at all.
        Assert.True(answer.StatusCode == HttpStatusCode.BadRequest || await answer.Content.ReadAsStringAsync() == expected);
        Assert.True(challenged.StatusCode == HttpStatusCode.BadRequest || challenged.GetChallenge() == server.Challenge);
    }

    [Fact]
    public async Task Any_web_page_may_read_it()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, server.MetadataUrl);
        request.Headers.Add("Origin", "https://page.test");
        var response = await server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["*"], response.Headers.GetValues("Access-Control-Allow-Origin"));
    }
}
