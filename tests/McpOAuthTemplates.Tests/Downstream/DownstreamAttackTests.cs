using System.Net;
using System.Net.Http.Headers;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace McpOAuthTemplates.Tests.Downstream;

/// <summary>
/// An attacker wants a token of the user: the model chooses the arguments of tools, and whoever
/// writes to the model can choose them. The API may be hostile as well.
/// </summary>
[Collection(nameof(DownstreamServer))]
public sealed class DownstreamAttackTests(DownstreamServer server) : IAsyncLifetime
{
    private RecordingApi _evil = null!;

    public async Task InitializeAsync() => _evil = await RecordingApi.StartAsync();

    public async Task DisposeAsync() => await _evil.DisposeAsync();

    [Theory]
    [InlineData("http://localhost:EVIL/list")]
    [InlineData("http://127.0.0.1:EVIL/list")]
    [InlineData("http://127.0.0.1:OWN/list")]
    [InlineData("http://[::1]:OWN/list")]
    [InlineData("//localhost:EVIL/list")]
    [InlineData(@"\\localhost:EVIL\list")]
    [InlineData("http:\\\\localhost:EVIL/list")]
    [InlineData("http://localhost:OWN@localhost:EVIL/list")]
    [InlineData("http://localhost:EVIL#@localhost:OWN/list")]
    [InlineData("http://localhost.:OWN/list")]
    [InlineData("https://localhost:OWN/list")]
    [InlineData("HTTP://LOCALHOST:EVIL/list")]
    [InlineData("ws://localhost:OWN/list")]
    [InlineData("file:///etc/passwd")]
    public async Task A_URL_in_an_argument_does_not_take_the_token_to_another_host(string url)
    {
        var subject = DownstreamServer.CreateSubject();
        var before = server.Api.Requests.Count;
        var given = url
            .Replace("EVIL", $"{_evil.Address.Port}", StringComparison.Ordinal)
            .Replace("OWN", $"{server.Api.Address.Port}", StringComparison.Ordinal);

        var text = await server.CallAsync("get_invoices", server.CreateToken(subject), new { url = given });

        Assert.StartsWith("An error occurred invoking 'get_invoices'", text, StringComparison.Ordinal);
        Assert.Empty(_evil.Requests);
        Assert.Equal(before, server.Api.Requests.Count);
        Assert.Empty(server.Tokens.GetRequests(subject));
    }

    [Theory]
    [InlineData("list")]
    [InlineData("http://LOCALHOST:OWN/invoices/list")]
    [InlineData("http://user:password@localhost:OWN/invoices/list")]
    public async Task The_own_host_is_that_host_however_it_is_written(string url)
    {
        var subject = DownstreamServer.CreateSubject();
        var given = url.Replace("OWN", $"{server.Api.Address.Port}", StringComparison.Ordinal);
        var text = await server.CallAsync("get_invoices", server.CreateToken(subject), new { url = given });

        Assert.Equal($"200 orders for {subject}", text);
        Assert.Equal("/invoices/list", server.Api.Requests.Last().Url);
    }

    [Fact]
    public async Task A_Host_header_of_a_tool_does_not_choose_another_host_behind_a_proxy()
    {
        await server.CallAsync(
            "get_with_host", server.CreateToken(DownstreamServer.CreateSubject()), new { host = "evil.example.com" });

        var received = server.Api.Requests.Last();
        Assert.DoesNotContain("evil.example.com", received.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_of_the_API_is_not_followed(int status)
    {
        server.Api.Answers["/invoices/moved"] = http =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.Location = new Uri(_evil.Address, "list").AbsoluteUri;
            return Task.CompletedTask;
        };
        var text = await server.CallAsync(
            "get_invoices", server.CreateToken(DownstreamServer.CreateSubject()), new { url = "moved" });

        Assert.StartsWith($"{status}", text, StringComparison.Ordinal);
        Assert.Empty(_evil.Requests);
    }

    [Fact]
    public async Task A_cookie_that_the_API_sets_for_one_user_does_not_come_back_with_another_one()
    {
        server.Api.Answers["/invoices/cookie"] = http =>
        {
            http.Response.Cookies.Append("session", "of-the-first");
            return Task.CompletedTask;
        };
        await server.CallAsync("get_invoices", server.CreateToken(DownstreamServer.CreateSubject()), new { url = "cookie" });
        await server.CallAsync("get_invoices", server.CreateToken(DownstreamServer.CreateSubject()), new { url = "list" });

        Assert.DoesNotContain("of-the-first", server.Api.Requests.Last().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authorization_server_that_gives_the_caller_s_token_back_does_not_bring_it_to_the_API()
    {
        var subject = DownstreamServer.CreateSubject();
        var token = server.CreateToken(subject);
        server.Tokens.Answers[subject] = http => FakeTokenEndpoint.AnswerTokenAsync(http, token);

        Assert.Equal(
            "An error occurred invoking 'list_orders': Not available now. Try again later.",
            await server.CallAsync("list_orders", token));
        Assert.DoesNotContain(server.Api.Requests, request => request.Token == token);
    }

    [Fact]
    public async Task Work_that_goes_on_after_the_call_has_no_token()
    {
        var subject = DownstreamServer.CreateSubject();
        Assert.Equal("started", await server.CallAsync("start_late", server.CreateToken(subject), new { id = subject }));

        var other = DownstreamServer.CreateSubject();
        var text = await server.CallAsync("end_late", server.CreateToken(other), new { id = subject });

        Assert.Contains("works only while a user calls", text, StringComparison.Ordinal);
        Assert.Empty(server.Tokens.GetRequests(subject));
        Assert.Empty(server.Tokens.GetRequests(other));
    }

    /// <summary>Nobody has checked the token there, whoever has signed in.</summary>
    [Fact]
    public async Task A_token_at_another_page_of_the_app_is_never_exchanged()
    {
        var subject = DownstreamServer.CreateSubject();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/own-page");
        var stolen = server.Issuer.CreateToken("https://other.contoso.com", "todo:read", subject);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", stolen);
        using var response = await server.Http.SendAsync(request);

        Assert.Contains(
            "works only while a user calls", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(server.Tokens.GetRequests(subject));
    }

    [Theory]
    [InlineData("other-audience")]
    [InlineData("expired")]
    [InlineData("forged")]
    public async Task A_token_that_is_not_valid_here_is_never_exchanged(string kind)
    {
        var subject = DownstreamServer.CreateSubject();
        await server.CallAsync("list_orders", server.CreateToken(subject));
        var token = kind switch
        {
            "other-audience" => server.Issuer.CreateToken("https://other.contoso.com", "todo:read", subject),
            "expired" => server.CreateToken(subject, ("exp", 1)),
            _ => server.CreateToken(subject)[..^8] + "AAAAAAAA",
        };

        using var response = await server.Http.CallToolAsync("list_orders", token);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Single(server.Tokens.GetRequests(subject));
    }

    [Fact]
    public async Task A_token_without_the_scope_of_the_tool_is_never_exchanged()
    {
        var subject = DownstreamServer.CreateSubject();
        using var response = await server.Http.CallToolAsync("list_orders", server.CreateToken(subject, ("scope", "other")));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Empty(server.Tokens.GetRequests(subject));
    }
}
