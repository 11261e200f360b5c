using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.IdentityModel.Tokens;

namespace McpOAuthTemplates.Tests.Server;

/// <summary>401: when, and with exactly which header.</summary>
public abstract class ChallengeTests(ServerFixture server) : ServerTests(server)
{
    private const string NotValid = "The access token is not valid.";

    public static TheoryData<string> WaysWithoutToken =>
        ["nothing", "basic", "bearer without a token", "query", "form", "GET", "DELETE"];

    [SkippableTheory]
    [MemberData(nameof(WaysWithoutToken))]
    public async Task Without_a_token_the_challenge_says_where_to_sign_in(string way)
    {
        using var request = McpRequests.Create("tools/list", token: null);
        var token = Server.CreateToken("todo:read");
        switch (way)
        {
            case "basic":
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", "YTpi");
                break;
            case "bearer without a token":
                request.Headers.TryAddWithoutValidation("Authorization", "Bearer ");
                break;
            case "query":
                request.RequestUri = new Uri("/mcp?access_token=" + token, UriKind.Relative);
                break;
            case "form":
                request.Headers.Add("X-Access-Token", token);
                request.Headers.Add("Cookie", "access_token=" + token);
                break;
            case "GET" or "DELETE":
                request.Method = new HttpMethod(way);
                request.Content = null;
                break;
        }

        using var response = await Server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(Server.Challenge, response.GetChallenge());
        var body = await response.Content.ReadAsStringAsync();
        Assert.Contains("\"scope\":\"todo:read todo:write\"", body, StringComparison.Ordinal);
        Assert.InRange(body.Length, 2, 300);
    }

    [SkippableTheory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task With_a_token_other_methods_are_not_allowed(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/mcp");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Server.CreateToken("todo:read"));
        using var response = await Server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    public static TheoryData<string, string> BadTokens => new()
    {
        { "expired", "The access token has expired." },
        { "other audience", "The access token was not issued for this resource." },
        { "audience with another path", "The access token was not issued for this resource." },
        { "no audience", "The access token was not issued for this resource." },
        { "other issuer", "The access token comes from another issuer." },
        { "issuer with a slash", "The access token comes from another issuer." },
        { "no issuer", "The access token comes from another issuer." },
        { "not yet valid", NotValid },
        { "no expiry", NotValid },
        { "signature of another key", NotValid },
        { "unknown key", NotValid },
        { "changed payload", NotValid },
        { "no signature", NotValid },
        { "alg none", NotValid },
        { "HS256 with the public key", NotValid },
        { "HS256 with the public key, no kid", NotValid },
        { "no dots", NotValid },
        { "garbage with dots", NotValid },
        { "five parts", NotValid },
        { "two tokens", NotValid },
    };

    [SkippableTheory]
    [MemberData(nameof(BadTokens))]
    public async Task A_bad_token_is_refused_with_a_fixed_text(string kind, string description)
    {
        using var request = McpRequests.Create("tools/list", token: null);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + CreateBadToken(kind));
        using var response = await Server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal($"{Server.Challenge}, error=\"invalid_token\", error_description=\"{description}\"", response.GetChallenge());
        Assert.Contains("\"error\":\"invalid_token\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(-20, HttpStatusCode.OK)]
    [InlineData(-45, HttpStatusCode.Unauthorized)]
    public async Task Clocks_may_differ_by_30_seconds(int expiresIn, HttpStatusCode expected)
    {
        var token = Server.CreateToken("todo:read", ("exp", DateTimeOffset.UtcNow.AddSeconds(expiresIn).ToUnixTimeSeconds()));
        using var response = await Server.Http.CallToolAsync("whoami", token);

        Assert.Equal(expected, response.StatusCode);
    }

    public static TheoryData<string> HostileTexts =>
    [
        "https://évil.example", "https://e\"vil\", scope=\"admin", "a\r\nSet-Cookie: x=y", "a\r\n\r\n<html>", "\u0000", "\u007f", "日本",
        "a\\", new string('a', 2000),
    ];

    [SkippableTheory]
    [MemberData(nameof(HostileTexts))]
    public async Task A_forged_token_cannot_write_into_the_header(string text)
    {
        foreach (var claim in new[] { "iss", "aud", "sub", "exp" })
        {
            foreach (var key in new[] { Server.Issuer.Key, TestIssuer.CreateForeignKey() })
            {
                var credentials = new SigningCredentials(key, SecurityAlgorithms.RsaSha256);
                var token = Server.Issuer.CreateToken(
                    Server.Audience, "todo:read", type: text, signedBy: credentials, claims: [(claim, text)]);
                using var response = await Server.Http.SendMcpAsync("tools/list", token);

                // A good signature with an odd type or subject is a good token.
                Assert.True(response.StatusCode is HttpStatusCode.Unauthorized || (claim == "sub" && key == Server.Issuer.Key));
                if (response.StatusCode == HttpStatusCode.Unauthorized)
                {
                    Assert.StartsWith(Server.Challenge + ", error=\"invalid_token\"", response.GetChallenge(), StringComparison.Ordinal);
                    Assert.Matches("^[ -~]+$", response.GetChallenge());
                    Assert.Equal(5, response.GetChallenge().Split("=\"").Length - 1);
                    Assert.False(response.Headers.Contains("Set-Cookie"));
                }
            }
        }
    }

    [SkippableFact]
    public async Task Only_access_tokens_pass_where_their_type_is_required()
    {
        await using var strict = await Server.StartAsync(("OAuth__RequireAtJwt", "true"));
        var audience = new Uri(strict.Address, "mcp").AbsoluteUri;
        foreach (var (type, expected) in new[] { ("at+jwt", 200), ("application/at+jwt", 200), ("JWT", 401), ("id_token", 401) })
        {
            using var response = await strict.Client.CallToolAsync("whoami", Server.Issuer.CreateToken(audience, type: type));

            Assert.Equal(expected, (int)response.StatusCode);
        }
    }

    [SkippableFact]
    public async Task A_required_claim_must_have_an_accepted_value()
    {
        await using var strict = await Server.StartAsync(
            ("OAuth__RequiredClaims__token_use__0", "access"), ("OAuth__RequiredClaims__token_use__1", "api"));
        var audience = new Uri(strict.Address, "mcp").AbsoluteUri;
        foreach (var (value, expected) in new[] { ("access", 200), ("api", 200), ("id", 401), ("ACCESS", 401), (null, 401) })
        {
            using var response = await strict.Client.CallToolAsync(
                "whoami", Server.Issuer.CreateToken(audience, claims: [("token_use", value)]));

            Assert.Equal(expected, (int)response.StatusCode);
        }
    }

    [SkippableFact]
    public async Task Keys_and_issuers_of_the_bearer_scheme_s_own_section_do_not_count()
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        await using var other = await Server.StartAsync(
            ("Authentication__Schemes__Bearer__ValidAudiences__0", "https://other.contoso.com"),
            ("Authentication__Schemes__Bearer__ValidIssuers__0", "dotnet-user-jwts"),
            ("Authentication__Schemes__Bearer__SigningKeys__0__Issuer", "dotnet-user-jwts"),
            ("Authentication__Schemes__Bearer__SigningKeys__0__Value", Convert.ToBase64String(secret)));
        var audience = new Uri(other.Address, "mcp").AbsoluteUri;
        var symmetric = new SigningCredentials(new SymmetricSecurityKey(secret), SecurityAlgorithms.HmacSha256);
        string[] tokens =
        [
            Server.Issuer.CreateToken("https://other.contoso.com"),
            Server.Issuer.CreateToken(audience, claims: [("iss", "dotnet-user-jwts")]),
            Server.Issuer.CreateToken(audience, signedBy: symmetric, claims: [("iss", "dotnet-user-jwts")]),
            Server.Issuer.CreateToken(audience, signedBy: symmetric),
        ];
        foreach (var token in tokens)
        {
            using var response = await other.Client.CallToolAsync("whoami", token);

            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }

        using var good = await other.Client.CallToolAsync("whoami", Server.Issuer.CreateToken(audience));
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
    }

    private string CreateBadToken(string kind)
    {
        var issuer = Server.Issuer;
        var good = Server.CreateToken("todo:read todo:write");
        var parts = good.Split('.');
        string Unsigned(string header) => $"{Base64UrlEncoder.Encode(header)}.{parts[1]}.";
        string WithPublicKey(string? kid)
        {
            var publicKey = Encoding.ASCII.GetBytes(issuer.Key.Rsa.ExportSubjectPublicKeyInfoPem());
            var key = new SymmetricSecurityKey(publicKey) { KeyId = kid };
            return issuer.CreateToken(Server.Audience, "todo:read", signedBy: new SigningCredentials(key, SecurityAlgorithms.HmacSha256));
        }

        return kind switch
        {
            "expired" => Server.CreateToken("todo:read", ("exp", DateTimeOffset.UtcNow.AddMinutes(-2).ToUnixTimeSeconds())),
            "other audience" => issuer.CreateToken("https://other.contoso.com/mcp"),
            "audience with another path" => issuer.CreateToken(Server.Audience + "/x"),
            "no audience" => Server.CreateToken("todo:read", ("aud", null)),
            "other issuer" => Server.CreateToken("todo:read", ("iss", "https://other.contoso.com")),
            "issuer with a slash" => Server.CreateToken("todo:read", ("iss", issuer.Issuer + "/")),
            "no issuer" => Server.CreateToken("todo:read", ("iss", null)),
            "not yet valid" => Server.CreateToken("todo:read", ("nbf", DateTimeOffset.UtcNow.AddMinutes(2).ToUnixTimeSeconds())),
            "no expiry" => Server.CreateToken("todo:read", ("exp", null)),
            "signature of another key" => issuer.CreateToken(Server.Audience, "todo:read", signedBy: new SigningCredentials(
                TestIssuer.CreateForeignKey(issuer.Key.KeyId), SecurityAlgorithms.RsaSha256)),
            "unknown key" => issuer.CreateToken(
                Server.Audience, "todo:read", signedBy: new SigningCredentials(TestIssuer.CreateForeignKey(), SecurityAlgorithms.RsaSha256)),
            "changed payload" => $"{parts[0]}.{Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(parts[1]).Replace("alice", "mallory", StringComparison.Ordinal))}.{parts[2]}",
            "no signature" => $"{parts[0]}.{parts[1]}.",
            "alg none" => Unsigned("""{"alg":"none","typ":"at+jwt"}"""),
            "HS256 with the public key" => WithPublicKey(issuer.Key.KeyId),
            "HS256 with the public key, no kid" => WithPublicKey(null),
            "no dots" => "garbage",
            "garbage with dots" => "a.b.c",
            "five parts" => "a.b.c.d.e",
            "two tokens" => $"{good},{good}",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
    }
}
