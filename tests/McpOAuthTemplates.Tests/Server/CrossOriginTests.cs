using System.Net;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Server;

/// <summary>Which web pages may call the server, and under which names it answers.</summary>
public abstract class CrossOriginTests(ServerFixture server) : ServerTests(server)
{
    [SkippableTheory]
    [InlineData("https://evil.contoso.com")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("http://localhost.evil.contoso.com")]
    [InlineData("http://127.0.0.1.evil.contoso.com")]
    [InlineData("http://localhost@evil.contoso.com")]
    [InlineData("file://")]
    [InlineData("vscode-webview://localhost")]
    [InlineData("http://localhost:6274,https://evil.contoso.com")]
    public async Task A_foreign_page_is_refused_even_with_a_token(string origin)
    {
        using var response = await SendAsync(Server.Http, Server.CreateToken("todo:read"), origin);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [SkippableFact]
    public async Task Two_origins_are_refused()
    {
        using var response = await SendAsync(Server.Http, Server.CreateToken("todo:read"), "http://localhost:1", "http://localhost:1");

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [SkippableTheory]
    [InlineData("http://localhost:6274")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("https://[::1]:8443")]
    public async Task In_development_pages_of_this_machine_may_call(string origin)
    {
        using var response = await SendAsync(Server.Http, Server.CreateToken("todo:read"), origin);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(origin, Assert.Single(response.Headers.GetValues("Access-Control-Allow-Origin")));

        using var challenged = await SendAsync(Server.Http, token: null, origin);
        Assert.Equal(HttpStatusCode.Unauthorized, challenged.StatusCode);
        Assert.Contains("WWW-Authenticate", Assert.Single(challenged.Headers.GetValues("Access-Control-Expose-Headers")), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_step_up_challenge_is_readable_for_a_page()
    {
        using var request = McpRequests.Create("tools/call", Server.CreateToken("todo:read"), new { name = "add_todo" });
        request.Headers.Add("Origin", "http://localhost:6274");
        using var response = await Server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("WWW-Authenticate", Assert.Single(response.Headers.GetValues("Access-Control-Expose-Headers")), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("http://localhost:6274", true)]
    [InlineData("https://evil.contoso.com", false)]
    public async Task Preflight_allows_what_clients_in_browsers_send(string origin, bool expected)
    {
        using var preflight = CreatePreflight(
            "/mcp", origin, "POST", "authorization,content-type,mcp-method,mcp-name,mcp-protocol-version");
        using var response = await Server.Http.SendAsync(preflight);

        Assert.Equal(expected, response.Headers.Contains("Access-Control-Allow-Origin"));
        if (expected)
        {
            Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
            Assert.Contains("mcp-name", Assert.Single(response.Headers.GetValues("Access-Control-Allow-Headers")), StringComparison.Ordinal);
            Assert.Contains("POST", Assert.Single(response.Headers.GetValues("Access-Control-Allow-Methods")), StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public async Task A_configured_origin_may_call()
    {
        await using var other = await Server.StartAsync(("Mcp__AllowedOrigins__0", "https://app.contoso.com"));
        var token = Server.Issuer.CreateToken(new Uri(other.Address, "mcp").AbsoluteUri);
        using var allowed = await SendAsync(other.Client, token, "https://app.contoso.com");
        using var refused = await SendAsync(other.Client, token, "https://app.contoso.com.evil.contoso.com");

        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [SkippableTheory]
    [InlineData("localhost", HttpStatusCode.Unauthorized)]
    [InlineData("127.0.0.1:80", HttpStatusCode.Unauthorized)]
    [InlineData("[::1]:80", HttpStatusCode.Unauthorized)]
    [InlineData("evil.contoso.com", HttpStatusCode.BadRequest)]
    [InlineData("localhost.evil.contoso.com", HttpStatusCode.BadRequest)]
    public async Task Only_its_own_host_is_answered_for(string host, HttpStatusCode expected)
    {
        using var request = McpRequests.Create("tools/list", token: null);
        request.Headers.Host = host;
        using var response = await Server.Http.SendAsync(request);

        Assert.Equal(expected, response.StatusCode);
    }

    internal static HttpRequestMessage CreatePreflight(string path, string origin, string method, string headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", method);
        request.Headers.Add("Access-Control-Request-Headers", headers);
        return request;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, string? token, params string[] origins)
    {
        using var request = McpRequests.Create("tools/list", token);
        foreach (var origin in origins)
        {
            request.Headers.TryAddWithoutValidation("Origin", origin);
        }

        return await http.SendAsync(request);
    }
}
