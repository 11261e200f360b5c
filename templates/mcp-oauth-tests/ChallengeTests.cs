using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Tokens;

namespace McpOAuthServer.Tests;

/// <summary>401: without a token, and with one that is not for this server.</summary>
public sealed class ChallengeTests(ServerFactory server) : IClassFixture<ServerFactory>
{
    private static readonly Dictionary<string, object> s_unknownExtension = new()
    {
        ["crit"] = new List<string> { "x" },
        ["x"] = 1,
    };

    private readonly HttpClient _http = server.Http;

    public static TheoryData<string> BadTokens =>
    [
        "expired", "not yet valid", "no expiry", "other audience", "no audience", "other issuer", "no issuer", "other key",
        "other key, same ID", "changed", "no signature", "alg none", "malformed", "two tokens", "no user", "empty user",
        "user that is a number", "user with the name of a client", "bound to a key", "token of logout", "proof of a key",
        "extension that nobody knows",
    ];

    [Theory]
    [InlineData("POST")]
    [InlineData("GET")]
    [InlineData("DELETE")]
    [InlineData("POST", "Basic YTpi")]
    [InlineData("POST", "Bearer")]
    public async Task Without_a_token_one_header_says_where_to_sign_in(string method, string? authorization = null)
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
        var token = server.CreateToken(null, ("nbf", now - 300), ("exp", now - 15));
        var response = await _http.SendAsync(new McpRequest("tools/list", token));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [MemberData(nameof(BadTokens))]
    public Task A_bad_token_is_refused_with_a_fixed_text(string kind)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var (good, key) = (server.CreateToken(), server.Issuer.Key);
        var parts = good.Split('.');
        var changed = Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(parts[1]).Replace("somebody", "somebody else"));
        return AssertRefusedAsync(kind switch
        {
            "expired" => server.CreateToken(null, ("exp", now - 40)),
            "not yet valid" => server.CreateToken(null, ("nbf", now + 60)),
            "no expiry" => server.CreateToken(null, ("exp", null)),
            "other audience" => server.CreateToken(null, ("aud", server.Resource + "/other")),
            "no audience" => server.CreateToken(null, ("aud", null)),
            "other issuer" => server.CreateToken(null, ("iss", TestIssuer.Url + "/other")),
            "no issuer" => server.CreateToken(null, ("iss", null)),
            "other key" => server.CreateToken(new SigningCredentials(TestIssuer.CreateKey("other"), "RS256")),
            "other key, same ID" => server.CreateToken(new SigningCredentials(TestIssuer.CreateKey(key.KeyId), "RS256")),
            "changed" => $"{parts[0]}.{changed}.{parts[2]}",
            "no signature" => $"{parts[0]}.{parts[1]}.",
            "alg none" => $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"at+jwt"}""")}.{parts[1]}.",
            "malformed" => "a.b.c",
            "no user" => server.CreateToken(null, ("sub", null), ("client_id", "somebody")),
            "empty user" => server.CreateToken(null, ("sub", "")),
            "user that is a number" => server.CreateToken(null, ("sub", 5)),
            "user with the name of a client" => server.CreateToken(null, ("sub", "client:somebody")),
            "bound to a key" => server.CreateToken(null, ("cnf", new Dictionary<string, object> { ["jkt"] = "somebody" })),
            "token of logout" => server.CreateOtherToken("logout+jwt"),
            "proof of a key" => server.CreateOtherToken("dpop+jwt"),
            "extension that nobody knows" => server.CreateOtherToken("at+jwt", s_unknownExtension),
            _ => $"{good},{good}",
        });
    }

    [Theory]
    [InlineData("https://e\"vil\", scope=\"admin")]
    [InlineData("a\r\nSet-Cookie: a=b")]
    [InlineData("https://évil.test")]
    public async Task A_forged_token_cannot_write_into_the_header(string text)
    {
        foreach (var claim in new[] { "iss", "aud", "exp" })
        {
            await AssertRefusedAsync(server.CreateToken(null, (claim, text)));
        }
    }

    [Theory]
    [InlineData("HS256")]
    [InlineData("HS384")]
    [InlineData("HS512")]
    public Task A_token_signed_with_the_public_key_is_refused(string algorithm)
    {
        var key = server.Issuer.Key;
        var publicKey = new SymmetricSecurityKey(key.Rsa.ExportSubjectPublicKeyInfo()) { KeyId = key.KeyId };

        return AssertRefusedAsync(server.CreateToken(new SigningCredentials(publicKey, algorithm)));
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
    public Task A_proof_of_possession_is_refused_and_not_ignored() => AssertRefusedAsync(server.CreateToken(), "DPoP");

    private async Task AssertRefusedAsync(string token, string scheme = "Bearer")
    {
        var request = new McpRequest("tools/list");
        request.Headers.TryAddWithoutValidation("Authorization", $"{scheme} {token}");
        var response = await _http.SendAsync(request);
        var expected = Regex.Escape(server.Challenge) + ", error=\"invalid_token\", error_description=\"[A-Z][A-Za-z, ]+\\.\"";

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Matches($"^{expected}\\z", response.GetChallenge());
        Assert.Contains("\"error\":\"invalid_token\"", await response.Content.ReadAsStringAsync());
    }
}
