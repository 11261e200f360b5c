using System.Net;
using System.Text;
using Microsoft.Extensions.Options;

namespace TodoServer.Tests;

/// <summary>Settings, an issuer and requests that are not what they should be.</summary>
public sealed class FaultTests(ServerFactory server) : IClassFixture<ServerFactory>
{
    [Fact]
    public void All_that_is_wrong_with_the_settings_stops_the_start_in_one_message()
    {
        var message = GetRefusal(
            ("OAuth:Issuer", "https://login.example.com"),
            ("OAuth:Resource", "http://mcp.test/mcp"),
            ("OAuth:Audiences:0", " "));

        Assert.All(["OAuth__Issuer", "OAuth__Resource", "OAuth__Audiences"], name => Assert.Contains(name, message));
    }

    [Theory]
    [InlineData("OAuth:Issuer", "")]
    [InlineData("OAuth:Issuer", "http://issuer.test")]
    [InlineData("OAuth:Issuer", "https://login.example.com")]
    [InlineData("OAuth:Resource", "https://tools.example.com/mcp")]
    [InlineData("OAuth:Resource", "http://mcp.test/mcp")]
    [InlineData("OAuth:Resource", "https://mcp.test/mcp#tools")]
    [InlineData("OAuth:Resource", "https://mcp.test/mcp?tools")]
    public void An_unsafe_setting_stops_the_start(string name, string value)
    {
        Assert.Contains(name, GetRefusal((name, value)));
    }

    [Fact]
    public async Task Without_the_keys_of_the_issuer_a_token_is_not_called_invalid()
    {
        using var lonely = new ServerFactory();
        lonely.Issuer.IsDown = true;
        var refused = await lonely.Http.SendAsync(new McpRequest("tools/list", lonely.CreateToken()));
        lonely.Issuer.IsDown = false;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Empty(refused.Headers.WwwAuthenticate);
        await AssertAcceptedSoonAsync(lonely);
    }

    [Fact]
    public async Task A_new_key_of_the_issuer_is_found()
    {
        using var other = new ServerFactory(("OAuth:UnknownKeyRefreshSeconds", "1"));
        await AssertAcceptedSoonAsync(other);
        other.Issuer.Key = TestIssuer.CreateKey("second");

        await AssertAcceptedSoonAsync(other);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=nonsense")]
    public async Task Another_content_type_is_refused(string? contentType)
    {
        var request = new McpRequest("tools/list", server.CreateToken());
        request.Content!.Headers.Remove("Content-Type");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        var response = await server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
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
        var request = new McpRequest("tools/call", server.CreateToken(), null, McpRequest.Revisions[0]);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        var response = await server.Http.SendAsync(request);

        Assert.InRange((int)response.StatusCode, 200, 499);
    }

    [Fact]
    public async Task No_odd_message_is_a_server_error()
    {
        string[] values = ["null", "1", "\"x\"", "[]", "{}", "{\"a\":1,\"a\":2}", "\"\\ud800\"", ""];
        string[] members = ["name", "uri", "_meta", "arguments", "ref", "notifications", "Name"];
        string[] methods = ["tools/call", "prompts/get", "resources/read", "completion/complete", "initialize", "x"];
        var random = new Random(1);
        for (var i = 0; i < 500; i++)
        {
            var (method, id) = (Pick(methods), Pick(["", "\"id\":1,", "\"id\":null,"]));
            var parameters = $$"""{"{{Pick(members)}}":{{Pick(values)}},"{{Pick(members)}}":{{Pick(values)}}}""";
            var body = $$"""{"jsonrpc":"2.0",{{id}}"method":"{{method}}","params":{{parameters}}}""";
            var revision = McpRequest.Revisions[i % McpRequest.Revisions.Length];
            var request = new McpRequest(method, server.CreateToken(), null, revision);
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            request.Headers.TryAddWithoutValidation("Mcp-Name", "x");
            var response = await server.Http.SendAsync(request);

            Assert.True((int)response.StatusCode < 500, $"{response.StatusCode}: {body}");
        }

        string Pick(string[] all) => all[random.Next(all.Length)];
    }

    private static string GetRefusal(params (string Name, string Value)[] settings)
    {
        Exception? exception;
        do
        {
            using var wrong = new ServerFactory(settings);
            exception = Record.Exception(() => wrong.Services);
        }
        while (exception is ObjectDisposedException); // The server was gone before its factory could ask it why.

        return Assert.IsType<OptionsValidationException>(exception).Message;
    }

    private static async Task AssertAcceptedSoonAsync(ServerFactory server)
    {
        for (var end = DateTime.UtcNow.AddSeconds(20); ; await Task.Delay(20))
        {
            var response = await server.Http.SendAsync(new McpRequest("tools/list", server.CreateToken()));
            if (response.StatusCode == HttpStatusCode.OK)
            {
                return;
            }

            Assert.True(response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.ServiceUnavailable);
            Assert.True(DateTime.UtcNow < end, "The server still refuses the tokens of its issuer.");
        }
    }
}
