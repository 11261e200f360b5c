using System.Net;
using System.Net.Http.Headers;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Server;

/// <summary>JWTs of the issuer that are no access tokens, or none that a bearer may use.</summary>
[Collection(nameof(MinimalApiServer))]
public sealed class TokenKindTests(MinimalApiServer server) : ServerTests(server)
{
    private const string Bound = "The access token is bound to a key, which this server cannot check.";

    [SkippableTheory]
    [InlineData("""{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}""")]
    [InlineData("""{"x5t#S256":"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"}""")]
    [InlineData("{}")]
    public async Task A_token_that_is_bound_to_a_key_is_refused_unless_a_setting_allows_it(string confirmation)
    {
        using var refused = await CallAsync(Server.Http, Server.Audience, extra: $"\"cnf\":{confirmation}");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.EndsWith($"error=\"invalid_token\", error_description=\"{Bound}\"", refused.GetChallenge(), StringComparison.Ordinal);

        await using var other = await Server.StartAsync(("OAuth__AllowBoundTokens", "true"));
        using var allowed = await CallAsync(other.Client, new Uri(other.Address, "mcp").AbsoluteUri, extra: $"\"cnf\":{confirmation}");
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
    }

    [SkippableTheory]
    [InlineData("DPoP")]
    [InlineData("dpop")]
    public async Task A_client_that_proves_its_key_is_told_what_this_server_takes(string scheme)
    {
        using var request = McpRequests.Create("tools/list", token: null);
        request.Headers.Authorization = new AuthenticationHeaderValue(scheme, Server.CreateToken("todo:read"));
        using var response = await Server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.EndsWith(
            "error=\"invalid_token\", error_description=\"This server accepts only Bearer tokens, not tokens with a proof of possession.\"",
            response.GetChallenge(), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("\"typ\":\"at+jwt\"", 200)]
    [InlineData("\"typ\":\"AT+JWT\"", 200)]
    [InlineData("\"typ\":\"application/at+jwt\"", 200)]
    [InlineData("\"typ\":\"JWT\"", 200)]
    [InlineData("\"typ\":\"jwt\"", 200)]
    [InlineData("\"x\":1", 200)]
    [InlineData("\"typ\":\"logout+jwt\"", 401)]
    [InlineData("\"typ\":\"dpop+jwt\"", 401)]
    [InlineData("\"typ\":\"secevent+jwt\"", 401)]
    [InlineData("\"typ\":\"id_token\"", 401)]
    [InlineData("\"typ\":\"JWE\"", 401)]
    [InlineData("\"typ\":\"\"", 401)]
    [InlineData("\"typ\":5", 401)]
    [InlineData("\"typ\":[\"JWT\"]", 401)]
    [InlineData("\"typ\":\"JWT\",\"crit\":[\"exp\"]", 401)]
    [InlineData("\"typ\":\"JWT\",\"crit\":[\"b64\"],\"b64\":true", 401)]
    [InlineData("\"typ\":\"JWT\",\"crit\":[\"http://contoso.com/x\"],\"http://contoso.com/x\":1", 401)]
    [InlineData("\"typ\":\"JWT\",\"crit\":[]", 401)]
    [InlineData("\"typ\":\"JWT\",\"typ\":\"logout+jwt\"", 401)]
    public async Task Other_kinds_of_JWT_and_unknown_extensions_are_refused(string header, int expected)
    {
        using var response = await CallAsync(Server.Http, Server.Audience, header);

        Assert.Equal(expected, (int)response.StatusCode);
    }

    private Task<HttpResponseMessage> CallAsync(
        HttpClient http, string audience, string header = "\"typ\":\"at+jwt\"", string extra = "\"x\":1")
    {
        var expiry = DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds();
        var payload = $$"""{"iss":"{{Server.Issuer.Issuer}}","aud":"{{audience}}","exp":{{expiry}},"sub":"alice",{{extra}}}""";
        return http.CallToolAsync("whoami", Server.Issuer.SignText($$"""{"alg":"RS256","kid":"KID",{{header}}}""", payload));
    }
}
