using System.Net;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Server;

/// <summary>The protected resource metadata of RFC 9728, and what cannot change it.</summary>
public abstract class MetadataTests(ServerFixture server) : ServerTests(server)
{
    private string Expected => $$"""
        {"resource":"{{Server.Audience}}","authorization_servers":["{{Server.Issuer.Issuer}}"],"bearer_methods_supported":["header"],"scopes_supported":["todo:read","todo:write"],"resource_name":"TodoServer"}
        """;

    [SkippableTheory]
    [InlineData("/.well-known/oauth-protected-resource/mcp")]
    [InlineData("/.well-known/oauth-protected-resource")]
    public async Task The_document_is_exactly_what_clients_need(string path)
    {
        using var response = await Server.Http.GetAsync(path);

        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        AssertSameMembers(Expected, await response.Content.ReadAsStringAsync());
    }

    [SkippableTheory]
    [InlineData("/.well-known/oauth-protected-resource/other")]
    [InlineData("/.well-known/oauth-protected-resource/mcp/other")]
    [InlineData("/mcp/.well-known/oauth-protected-resource")]
    [InlineData("/other")]
    public async Task Other_paths_are_not_found(string path)
    {
        using var response = await Server.Http.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [SkippableTheory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Only_GET_is_allowed(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/.well-known/oauth-protected-resource/mcp");
        using var response = await Server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    [SkippableTheory]
    [InlineData("Host", "127.0.0.1:1")]
    [InlineData("X-Forwarded-Host", "evil.contoso.com")]
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("X-Forwarded-Prefix", "/evil")]
    [InlineData("Forwarded", "host=evil.contoso.com;proto=https")]
    [InlineData("X-Original-Host", "evil.contoso.com")]
    public async Task No_header_of_the_request_changes_metadata_or_challenge(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/.well-known/oauth-protected-resource/mcp");
        request.Headers.TryAddWithoutValidation(header, value);
        using var response = await Server.Http.SendAsync(request);
        AssertSameMembers(Expected, await response.Content.ReadAsStringAsync());

        using var call = McpRequests.Create("tools/list", token: null);
        call.Headers.TryAddWithoutValidation(header, value);
        using var challenged = await Server.Http.SendAsync(call);
        Assert.Equal(Server.Challenge, challenged.GetChallenge());
    }

    [SkippableFact]
    public async Task Any_web_page_may_read_it()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/.well-known/oauth-protected-resource/mcp");
        request.Headers.Add("Origin", "https://client.contoso.com");
        using var response = await Server.Http.SendAsync(request);
        Assert.Equal("*", Assert.Single(response.Headers.GetValues("Access-Control-Allow-Origin")));

        using var preflight = CrossOriginTests.CreatePreflight(
            "/.well-known/oauth-protected-resource/mcp", "https://client.contoso.com", "GET", "mcp-protocol-version");
        using var allowed = await Server.Http.SendAsync(preflight);
        Assert.Equal(HttpStatusCode.NoContent, allowed.StatusCode);
        Assert.Equal("*", Assert.Single(allowed.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Contains("mcp-protocol-version", Assert.Single(allowed.Headers.GetValues("Access-Control-Allow-Headers")), StringComparison.OrdinalIgnoreCase);
    }

    [SkippableFact]
    public async Task Other_authorization_servers_can_be_named()
    {
        await using var other = await Server.StartAsync(("OAuth__AuthorizationServers__0", "https://login.contoso.com/resources/1"));

        Assert.Contains(
            "\"authorization_servers\":[\"https://login.contoso.com/resources/1\"]",
            await other.Client.GetStringAsync("/.well-known/oauth-protected-resource"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Only_the_scopes_of_the_first_sign_in_are_named_where_they_are_set()
    {
        await using var other = await Server.StartAsync(("OAuth__InitialScopes__0", "todo:read"));
        var metadata = await other.Client.GetStringAsync("/.well-known/oauth-protected-resource/mcp");

        Assert.Contains("\"scopes_supported\":[\"todo:read\"]", metadata, StringComparison.Ordinal);
    }

    private static void AssertSameMembers(string expected, string actual) =>
        Assert.True(
            System.Text.Json.Nodes.JsonNode.DeepEquals(System.Text.Json.Nodes.JsonNode.Parse(expected), System.Text.Json.Nodes.JsonNode.Parse(actual)),
            $"expected {expected}\nactual   {actual}");
}
