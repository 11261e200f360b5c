using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.AspNetCore;

namespace TodoServer.Tests;

/// <summary>Malformed messages, and messages for methods without a rule.</summary>
public sealed class MessageTests(ServerFactory server) : IClassFixture<ServerFactory>
{
    [Theory]
    [InlineData("application/json;charset=utf-8", HttpStatusCode.OK)]
    [InlineData("Application/JSON; charset=\"UTF-8\"", HttpStatusCode.OK)]
    [InlineData(null, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("text/plain", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=utf-16", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=nonsense", HttpStatusCode.UnsupportedMediaType)]
    public async Task Messages_are_JSON_in_UTF_8(string? contentType, HttpStatusCode expected)
    {
        var request = new McpRequest("tools/list", server.CreateToken());
        request.Content!.Headers.Remove("Content-Type");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        var response = await server.Http.SendAsync(request);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_compressed_message_is_refused_for_what_it_is()
    {
        var request = new McpRequest("tools/list", server.CreateToken());
        request.Content!.Headers.ContentEncoding.Add("gzip");
        var response = await server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Equal(["identity"], response.Headers.GetValues("Accept-Encoding"));
    }

    [Fact]
    public async Task A_method_that_is_not_allowed_is_not_announced()
    {
        var request = new McpRequest("tools/list", server.CreateToken()) { Method = HttpMethod.Put };
        var response = await server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [Fact]
    public async Task Arguments_are_data_whatever_their_names_are()
    {
        var arguments = new JsonObject { ["a"] = 1, ["A"] = 2, ["Name"] = "x", ["name"] = "y" };
        var call = new JsonObject { ["name"] = TestPrimitives.Scoped, ["arguments"] = arguments };
        var token = server.CreateToken(string.Join(' ', ScopeList.All));
        var response = await server.Http.SendAsync(new McpRequest("tools/call", token, call));

        Assert.Contains(TestPrimitives.Reached, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Nobody_reads_another_name_than_the_server_does()
    {
        var call = new JsonObject { ["name"] = TestPrimitives.Scoped, ["Name"] = "unknown" };
        var response = await server.Http.SendAsync(
            new McpRequest("tools/call", server.CreateToken(), call, McpRequest.Oldest));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task A_call_that_wants_no_answer_needs_the_scopes_as_well()
    {
        const string Call = $$"""{"name":"{{TestPrimitives.Scoped}}"}""";
        var request = new McpRequest("tools/call", server.CreateToken(), null, McpRequest.Oldest);
        request.SetBody($$"""{"jsonrpc":"2.0","method":"tools/call","params":{{Call}}}""");
        var response = await server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Without_a_rule_nobody_may_call_a_method()
    {
        using var open = new ServerFactory { AddServices = AddSessions };
        var token = open.CreateToken(string.Join(' ', ScopeList.All));
        var response = await open.Http.SendAsync(new McpRequest("tests/no-rule", token));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":1}}""")]
    public async Task A_message_that_makes_no_sense_is_not_a_server_error(string body)
    {
        var token = server.CreateToken();
        var request = new McpRequest("tools/call", token, null, McpRequest.Oldest);
        request.SetBody(body);
        var response = await server.Http.SendAsync(request);

        Assert.InRange((int)response.StatusCode, 200, 499);
    }

    [Fact]
    public async Task No_odd_message_is_a_server_error()
    {
        var messages = new OddMessages(seed: 1);
        var token = server.CreateToken();
        for (var i = 0; i < 500; i++)
        {
            var revision = McpRequest.Revisions[i % McpRequest.Revisions.Length];
            var method = messages.PickMethod();
            var body = messages.CreateBody(method);
            var request = new McpRequest(method, token, null, revision);
            request.Headers.TryAddWithoutValidation("Mcp-Name", "x");
            request.SetBody(body);
            var response = await server.Http.SendAsync(request);

            Assert.True((int)response.StatusCode < 500, $"{response.StatusCode}: {body}");
        }
    }

    // Sessions can have their own tools and methods, which are not known at the start.
    private static void AddSessions(IServiceCollection services) =>
        services.PostConfigure<HttpServerTransportOptions>(transport =>
            transport.ConfigureSessionOptions ??= (_, _, _) => Task.CompletedTask);

    private sealed class OddMessages(int seed)
    {
        private static readonly string[] s_values =
            ["null", "1", "\"x\"", "[]", "{}", "{\"a\":1,\"a\":2}", "\"\\ud800\"", ""];

        private static readonly string[] s_members =
            ["name", "uri", "_meta", "arguments", "ref", "notifications", "Name"];

        private static readonly string[] s_methods =
            ["tools/call", "prompts/get", "resources/read", "completion/complete", "initialize", "x"];

        private readonly Random _random = new(seed);

        public string PickMethod() => Pick(s_methods);

        public string CreateBody(string method)
        {
            var id = Pick(["", "\"id\":1,", "\"id\":null,"]);
            var parameters = $"{{{CreateMember()},{CreateMember()}}}";
            return $$"""{"jsonrpc":"2.0",{{id}}"method":"{{method}}","params":{{parameters}}}""";
        }

        private string CreateMember() => $"\"{Pick(s_members)}\":{Pick(s_values)}";

        private string Pick(string[] all) => all[_random.Next(all.Length)];
    }
}
