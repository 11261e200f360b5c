using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace TodoServer.Tests;

/// <summary>401 without a token, and with one that is not for this server.</summary>
public sealed class ChallengeTests(ServerFactory server) : IClassFixture<ServerFactory>
{
    private readonly HttpClient _http = server.Http;

    public static TheoryData<string> BadTokenNames => [.. BadTokens.Names];

    [Theory]
    [InlineData("POST")]
    [InlineData("GET")]
    [InlineData("DELETE")]
    [InlineData("POST", "Basic YTpi")]
    [InlineData("POST", "Bearer")]
    public async Task Without_a_token_one_header_says_where_to_sign_in(
        string method, string? authorization = null)
    {
        var request = new McpRequest("tools/list") { Method = new HttpMethod(method) };
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        var response = await _http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(server.Challenge, response.GetChallenge());
    }

    [Fact]
    public async Task A_token_in_the_query_string_does_not_count()
    {
        var url = new Uri($"{server.Resource}?access_token={server.CreateToken()}");
        var response = await _http.SendAsync(new McpRequest("tools/list") { RequestUri = url });

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(server.Challenge, response.GetChallenge());
    }

    [Fact]
    public async Task Clocks_may_differ_by_30_seconds()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var token = server.CreateToken(("nbf", now - 300), ("exp", now - 15));
        var response = await _http.SendAsync(new McpRequest("tools/list", token));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [MemberData(nameof(BadTokenNames))]
    public Task A_bad_token_is_refused_with_a_fixed_text(string name) =>
        AssertRefusedAsync(server, BadTokens.Create(name, server));

    [Theory]
    [InlineData("https://e\"vil\", scope=\"admin")]
    [InlineData("a\r\nSet-Cookie: a=b")]
    [InlineData("https://évil.test")]
    public async Task A_forged_token_cannot_write_into_the_header(string text)
    {
        foreach (var claim in new[] { "iss", "aud", "exp" })
        {
            await AssertRefusedAsync(server, server.CreateToken((claim, text)));
        }
    }

    [Fact]
    public async Task That_a_token_was_good_does_not_help_one_with_another_signature()
    {
        var good = server.CreateToken();
        var response = await _http.SendAsync(new McpRequest("tools/list", good));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await AssertRefusedAsync(server, BadTokens.ChangeSignature(good));
    }

    [Fact]
    public async Task A_claim_that_the_settings_require_has_to_be_there()
    {
        using var strict = new ServerFactory(("OAuth:RequiredClaims:client_id:0", "good"));

        await AssertRefusedAsync(strict, strict.CreateToken(("client_id", "other")));
        await AssertRefusedAsync(strict, strict.CreateToken(("client_id", null)));
    }

    [Fact]
    public async Task A_token_is_not_kept_where_it_could_be_passed_on()
    {
        var http = new DefaultHttpContext { RequestServices = server.Services };
        http.Request.Headers.Authorization = "Bearer " + server.CreateToken();
        var result = await http.AuthenticateAsync(ServerFactory.AuthenticationScheme);

        Assert.True(result.Succeeded);
        Assert.Empty(result.Properties.GetTokens());
    }

    [Fact]
    public Task A_proof_of_possession_is_refused_and_not_ignored() =>
        AssertRefusedAsync(server, server.CreateToken(), "DPoP");

    private static async Task AssertRefusedAsync(
        ServerFactory server, string token, string scheme = "Bearer")
    {
        var request = new McpRequest("tools/list");
        request.Headers.TryAddWithoutValidation("Authorization", $"{scheme} {token}");
        var response = await server.Http.SendAsync(request);
        const string Error = "error=\"invalid_token\", error_description=\"[A-Z][A-Za-z, ]+\\.\"";

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Matches($"^{Regex.Escape(server.Challenge)}, {Error}\\z", response.GetChallenge());
        Assert.Contains("\"error\":\"invalid_token\"", await response.Content.ReadAsStringAsync());
    }
}
