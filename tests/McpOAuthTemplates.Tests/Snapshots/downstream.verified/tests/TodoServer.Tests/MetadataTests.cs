using System.Net;
using System.Text.Json.Nodes;

namespace TodoServer.Tests;

/// <summary>
/// The metadata of RFC 9728, which tells clients where to sign in and which scopes exist.
/// </summary>
public sealed class MetadataTests(ServerFactory server) : IClassFixture<ServerFactory>
{
    private const string AtRoot = ServerFactory.Origin + "/.well-known/oauth-protected-resource";

    [Fact]
    public async Task It_is_at_the_URL_of_the_challenge_and_at_the_root()
    {
        var issuers = server.GetSettings("OAuth:AuthorizationServers") ?? [TestIssuer.Url];
        foreach (var url in new[] { server.MetadataUrl, AtRoot })
        {
            var metadata = await ReadAsync(server, url);

            Assert.Equal(server.Resource, (string?)metadata["resource"]);
            Assert.Equal(string.Join(' ', issuers), Join(metadata["authorization_servers"]));
            Assert.Equal(server.FirstScopes, Join(metadata["scopes_supported"]));
            Assert.Equal("header", Join(metadata["bearer_methods_supported"]));
            Assert.DoesNotContain(metadata, member => member.Value is null);
        }
    }

    [Fact]
    public async Task It_names_the_scopes_that_the_first_challenge_asks_for()
    {
        using var other = new ServerFactory(("OAuth:InitialScopes:0", ScopeList.All[^1]));
        var metadata = await ReadAsync(other, other.MetadataUrl);
        var response = await other.Http.SendAsync(new McpRequest("tools/list"));

        Assert.Equal(other.FirstScopes, Join(metadata["scopes_supported"]));
        Assert.Equal(other.Challenge, response.GetChallenge());
    }

    [Fact]
    public async Task It_is_nowhere_else_and_can_only_be_read()
    {
        var atRoot = await server.Http.GetAsync(AtRoot + "/other");
        var below = await server.Http.GetAsync(server.MetadataUrl + "/other");
        var posted = await server.Http.PostAsync(server.MetadataUrl, null);

        Assert.Equal(HttpStatusCode.NotFound, atRoot.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, below.StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, posted.StatusCode);
    }

    [Theory]
    [InlineData("Host", "localhost:1234")]
    [InlineData("X-Forwarded-Host", "localhost:1234")]
    [InlineData("X-Forwarded-Proto", "http")]
    [InlineData("X-Forwarded-Prefix", "/other")]
    [InlineData("Forwarded", "host=localhost:1234;proto=http")]
    public async Task No_header_of_the_request_changes_it_or_the_challenge(string header, string value)
    {
        var expected = await server.Http.GetStringAsync(server.MetadataUrl);
        var get = new HttpRequestMessage(HttpMethod.Get, server.MetadataUrl);
        get.Headers.Add(header, value);
        var call = new McpRequest("tools/list");
        call.Headers.Add(header, value);
        var read = await server.Http.SendAsync(get);
        var refused = await server.Http.SendAsync(call);

        // A host that is not allowed is refused.
        if (read.StatusCode != HttpStatusCode.BadRequest)
        {
            Assert.Equal(expected, await read.Content.ReadAsStringAsync());
        }

        if (refused.StatusCode != HttpStatusCode.BadRequest)
        {
            Assert.Equal(server.Challenge, refused.GetChallenge());
        }
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

    private static async Task<JsonObject> ReadAsync(ServerFactory server, string url)
    {
        var text = await server.Http.GetStringAsync(url);
        return JsonNode.Parse(text)!.AsObject();
    }

    private static string Join(JsonNode? texts) =>
        string.Join(' ', texts!.AsArray().Select(text => (string?)text));
}
