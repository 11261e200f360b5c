using System.Text;
using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Downstream;

/// <summary>
/// Calls of another API for the user by the native binary, as that API and the authorization server see them. ExchangeTests and
/// ExchangeErrorTests say more of the same code.
/// </summary>
public sealed class NativeAotDownstreamTests : IClassFixture<NativeAotDownstreamServer>
{
    private const string AccessToken = "urn:ietf:params:oauth:token-type:access_token";

    private readonly NativeAotDownstreamServer _server;

    public NativeAotDownstreamTests(NativeAotDownstreamServer server)
    {
        Skip.If(NativeAotDownstreamServer.SkipReason is not null, NativeAotDownstreamServer.SkipReason);
        _server = server;
    }

    private OtherServers Others => _server.Others;

    /// <summary>How providers tell that a client acts on its own behalf.</summary>
    public static TheoryData<string, string> ClientsWithoutUser => new()
    {
        { "the-client", """{ "client_id": "the-client" }""" },
        { "the-azp", """{ "client_id": null, "azp": "the-azp" }""" },
        { "auth0-app@clients", """{ "client_id": null, "azp": "auth0-app" }""" },
        { "app-by-gty", """{ "gty": "client-credentials" }""" },
        { "app-by-idtyp", """{ "idtyp": "app" }""" },
        { "app-by-oid", """{ "oid": "app-by-oid", "scope": null, "roles": [ "todo:read" ] }""" },
    };

    [SkippableFact]
    public async Task The_API_gets_a_token_for_the_user_and_never_that_of_the_caller()
    {
        var token = _server.CreateToken("alice");
        var text = await _server.ListOrdersAsync(token);

        Assert.Equal("orders of alice", text);
        var exchange = Assert.Single(Others.GetExchanges("alice"));
        Assert.Equal(
            [
                ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
                ("requested_token_type", AccessToken),
                ("resource", "https://orders.contoso.com"),
                ("scope", "orders:read"),
                ("subject_token", token),
                ("subject_token_type", AccessToken),
            ],
            exchange.Form.Select(field => (field.Key, field.Value)).Order());

        // RFC 6749, section 2.3.1.
        var credentials = Encoding.UTF8.GetString(Convert.FromBase64String(exchange.Authorization!["Basic ".Length..]));
        Assert.Equal([NativeAotDownstreamServer.ClientId, NativeAotDownstreamServer.Secret], credentials.Split(':').Select(Uri.UnescapeDataString));

        var call = Assert.Single(Others.GetCalls("alice"));
        Assert.Equal("/api/orders", call.Path);
        Assert.StartsWith("Bearer " + OtherServers.GetTokenStart("alice"), call.Authorization, StringComparison.Ordinal);
        Assert.All(Others.Calls, other => Assert.DoesNotContain("eyJ", other.Headers, StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Many_calls_at_once_cause_one_exchange()
    {
        var token = _server.CreateToken("many");
        var texts = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => _server.ListOrdersAsync(token)));

        Assert.Equal(["orders of many"], texts.Distinct());
        Assert.Single(Others.GetExchanges("many"));
        Assert.Equal(40, Others.GetCalls("many").Length);
    }

    [SkippableFact]
    public async Task Users_who_call_at_once_get_tokens_of_their_own()
    {
        string[] users = ["ada", "grace"];
        var tokens = users.ToDictionary(user => user, user => _server.CreateToken(user));
        var calls = Enumerable.Range(0, 20).SelectMany(_ => users).Select(async user =>
            (Expected: $"orders of {user}", Text: await _server.ListOrdersAsync(tokens[user])));

        Assert.All(await Task.WhenAll(calls), call => Assert.Equal(call.Expected, call.Text));
        Assert.All(users, user => Assert.Single(Others.GetExchanges(user)));
    }

    /// <summary>It may have fewer scopes, or come from another client.</summary>
    [SkippableFact]
    public async Task Another_token_of_the_user_is_exchanged_for_itself()
    {
        await _server.ListOrdersAsync(_server.CreateToken("twice", ("jti", "1")));
        await _server.ListOrdersAsync(_server.CreateToken("twice", ("jti", "2")));

        Assert.Equal(2, Others.GetExchanges("twice").Length);
        Assert.Equal(2, Others.GetCalls("twice").DistinctBy(call => call.Authorization).Count());
    }

    [SkippableTheory]
    [InlineData("long-lived", "300", 1)]
    [InlineData("short-lived", "20", 2)]
    [InlineData("odd-lived", "\"300\"", 1)]
    [InlineData("ever-lived", "1e300", 1)]
    [InlineData("not-lived", "-1e300", 2)]
    [InlineData("no-lifetime", "null", 1)]
    public async Task A_token_is_kept_while_it_can_be_used(string user, string expiresIn, int expected)
    {
        var answer = Others.CreateAnswer(user);
        answer["expires_in"] = JsonNode.Parse(expiresIn);
        Others.Answer(user, answer);
        var token = _server.CreateToken(user);
        await _server.ListOrdersAsync(token);
        await _server.ListOrdersAsync(token);

        Assert.Equal(2, Others.GetCalls(user).Length);
        Assert.Equal(expected, Others.GetExchanges(user).Length);
    }

    [SkippableFact]
    public async Task A_refusal_is_a_fixed_text_and_remembered()
    {
        Others.Answer("refused", new() { ["error"] = "invalid_grant", ["error_description"] = "text-of-the-provider" }, 400);
        var token = _server.CreateToken("refused");
        string[] texts = [await _server.ListOrdersAsync(token), await _server.ListOrdersAsync(token)];

        Assert.Equal(
            "An error occurred invoking 'list_orders': The sign-in no longer counts for the API behind this tool. Sign in again.",
            Assert.Single(texts.Distinct()));
        Assert.Single(Others.GetExchanges("refused"));
        Assert.Empty(Others.GetCalls("refused"));
        await WaitForLogAsync("No token for Downstream:Orders: 400 invalid_grant.");
        Assert.DoesNotContain("text-of-the-provider", _server.Server.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task What_may_heal_is_asked_again()
    {
        Others.Answer("healed", new(), 503);
        var token = _server.CreateToken("healed");
        var text = await _server.ListOrdersAsync(token);
        Others.Answer("healed", Others.CreateAnswer("healed"));

        Assert.EndsWith("Not available now. Try again later.", text, StringComparison.Ordinal);
        Assert.Equal("orders of healed", await _server.ListOrdersAsync(token));
    }

    [SkippableTheory]
    [MemberData(nameof(ClientsWithoutUser))]
    public async Task A_client_without_a_user_is_refused_before_the_exchange(string subject, string claims)
    {
        (string, object?)[] more = [.. JsonNode.Parse(claims)!.AsObject().Select(claim => (claim.Key, Read(claim.Value)))];
        await using var server = await NativeAotDownstreamServer.StartServerAsync(_server.GetSettings(("OAuth__AppRolesAsScopes", "true")));
        var audience = new Uri(server.Address, "mcp").AbsoluteUri;
        var token = _server.Issuer.CreateToken(audience, "todo:read", subject, claims: more);
        using var response = await server.Client.CallToolAsync("list_orders", token);

        Assert.Contains("no user has signed in", await response.ReadToolTextAsync(), StringComparison.Ordinal);
        Assert.Empty(Others.GetExchanges(subject));

        static object? Read(JsonNode? value) => value is JsonArray list ? list.Select(item => (string)item!).ToArray() : (string?)value;
    }

    [SkippableFact]
    public async Task No_token_and_no_secret_is_logged_at_any_level()
    {
        const string User = "logged-4711";
        await _server.ListOrdersAsync(_server.CreateToken(User));
        await WaitForLogAsync("HttpClient.Orders");

        var credentials = Assert.Single(Others.GetExchanges(User)).Authorization!;
        string[] secrets = ["eyJ", OtherServers.GetTokenStart(User), NativeAotDownstreamServer.Secret, credentials["Basic ".Length..], User];
        var lines = _server.Server.Output.Split('\n');
        Assert.All(secrets, secret => Assert.DoesNotContain(lines, line => line.Contains(secret, StringComparison.Ordinal)));
    }

    private Task WaitForLogAsync(string text) =>
        Poll.UntilAsync(() => Task.FromResult(_server.Server.Output.Contains(text, StringComparison.Ordinal)));
}
