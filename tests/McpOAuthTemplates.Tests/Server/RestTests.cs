using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Server;

/// <summary>The todos over REST, with the same scopes and challenges as the tools.</summary>
public abstract class RestTests(ServerFixture server) : ServerTests(server)
{
    [SkippableTheory]
    [InlineData("GET", "/api/todos")]
    [InlineData("POST", "/api/todos")]
    [InlineData("POST", "/api/todos/1/complete")]
    public async Task Without_a_token_the_challenge_is_that_of_the_tools(string method, string path)
    {
        using var response = await SendAsync(method, path, token: null);
        using var bad = await SendAsync(method, path, Server.CreateToken("todo:read todo:write", ("exp", 1)));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(Server.Challenge, response.GetChallenge());
        Assert.StartsWith(Server.Challenge + ", error=\"invalid_token\"", bad.GetChallenge(), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("GET", "/api/todos", null, "todo:read")]
    [InlineData("POST", "/api/todos", "todo:read", "todo:read todo:write")]
    [InlineData("POST", "/api/todos/1/complete", "todo:read", "todo:read todo:write")]
    public async Task A_missing_scope_gets_the_challenge_of_the_tools(string method, string path, string? granted, string asked)
    {
        using var response = await SendAsync(method, path, Server.CreateToken(granted));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains($"error=\"insufficient_scope\"", response.GetChallenge(), StringComparison.Ordinal);
        Assert.Contains($"scope=\"{asked}\", resource_metadata=\"{Server.MetadataUrl}\"", response.GetChallenge(), StringComparison.Ordinal);
        Assert.Contains($"\"scope\":\"{asked}\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task REST_and_tools_work_on_the_same_todos_of_the_user()
    {
        var token = Server.CreateToken("todo:write", ("sub", "rest-user"));
        using var added = await SendAsync("POST", "/api/todos", token, new { title = " Buy milk " });
        using var completed = await SendAsync("POST", "/api/todos/1/complete", token);
        using var list = await SendAsync("GET", "/api/todos", token);
        using var tool = await Server.Http.CallToolAsync("list_todos", token);
        using var other = await SendAsync("GET", "/api/todos", Server.CreateToken("todo:read", ("sub", "another-user")));

        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        Assert.Equal("""{"id":1,"title":"Buy milk","isCompleted":true}""", await completed.Content.ReadAsStringAsync());
        Assert.Equal("""[{"id":1,"title":"Buy milk","isCompleted":true}]""", await list.Content.ReadAsStringAsync());
        Assert.Equal("1. [x] Buy milk", await tool.ReadToolTextAsync());
        Assert.Equal("[]", await other.Content.ReadAsStringAsync());
    }

    [SkippableFact]
    public async Task Bad_requests_are_the_fault_of_the_client()
    {
        var token = Server.CreateToken("todo:write");
        foreach (var body in new object?[] { null, new { }, new { title = "" }, new { title = new string('x', 201) }, new { title = 1 }, "x" })
        {
            using var response = await SendAsync("POST", "/api/todos", token, body);
            Assert.InRange((int)response.StatusCode, 400, 499);
        }

        using var missing = await SendAsync("POST", "/api/todos/4711/complete", token);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string path, string? token, object? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        request.Content = body is null ? null : JsonContent.Create(body);
        return await Server.Http.SendAsync(request);
    }
}
