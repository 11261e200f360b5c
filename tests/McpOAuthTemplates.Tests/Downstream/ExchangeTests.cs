using System.Net.Http.Headers;
using System.Text;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Downstream;

/// <summary>
/// A tool calls an API for the user who called it, with a token that was exchanged for the user's:
/// what goes to the token endpoint, what is kept and for how long, and who gets what.
/// </summary>
[Collection(nameof(DownstreamServer))]
public sealed class ExchangeTests(DownstreamServer server)
{
    private const string AccessToken = "urn:ietf:params:oauth:token-type:access_token";

    [Fact]
    public async Task The_API_gets_the_exchanged_token_and_nothing_of_the_caller_s()
    {
        var subject = DownstreamServer.CreateSubject();
        var token = server.CreateToken(subject);
        using var request = McpRequests.Create("tools/call", token, new { name = "list_orders", arguments = new { } });
        request.Headers.Add("Cookie", "session=of-the-caller");
        request.Headers.Add("X-Api-Key", "of-the-caller");
        using var response = await server.Http.SendAsync(request);

        Assert.Equal($"orders for {subject}", await response.ReadToolTextAsync());
        var received = server.Api.Requests.Last();
        Assert.Equal("GET", received.Method);
        Assert.Equal("/v1/orders", received.Url);
        Assert.StartsWith($"{FakeTokenEndpoint.Mark}.{subject}.", received.Token, StringComparison.Ordinal);
        Assert.DoesNotContain("of-the-caller", received.Text, StringComparison.Ordinal);
        AssertNowhere(token);
    }

    [Fact]
    public async Task The_request_for_a_token_is_as_RFC_8693_and_the_settings_say()
    {
        var subject = DownstreamServer.CreateSubject();
        var token = server.CreateToken(subject);
        await server.CallAsync("list_orders", token);
        await server.CallAsync("get_invoices", token, new { url = "list" });

        var orders = server.Tokens.GetRequests(subject)[0];
        var invoices = server.Tokens.GetRequests(subject)[1];
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["grant_type"] = "urn:ietf:params:oauth:grant-type:token-exchange",
                ["subject_token"] = token,
                ["subject_token_type"] = AccessToken,
                ["requested_token_type"] = AccessToken,
                ["resource"] = server.Api.Address.AbsoluteUri,
                ["scope"] = "orders:read orders:list",
            },
            orders.Form);
        var expected = $"{Uri.EscapeDataString("https://mcp.contoso.com/client:1")}:{DownstreamServer.OrdersSecret}";
        Assert.Contains(
            $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(expected))}",
            orders.Request.Headers,
            StringComparison.Ordinal);

        Assert.DoesNotContain("Authorization:", invoices.Request.Headers, StringComparison.Ordinal);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["grant_type"] = "urn:ietf:params:oauth:grant-type:token-exchange",
                ["subject_token"] = token,
                ["subject_token_type"] = AccessToken,
                ["requested_token_type"] = AccessToken,
                ["audience"] = "invoices",
                ["client_id"] = "invoices-client",
                ["client_secret"] = DownstreamServer.InvoicesSecret,
            },
            invoices.Form);
    }

    [Fact]
    public async Task Forty_calls_at_once_with_a_new_token_are_one_exchange()
    {
        var subject = DownstreamServer.CreateSubject();
        var token = server.CreateToken(subject);
        server.Tokens.Answers[subject] = async http =>
        {
            await Task.Delay(200, http.RequestAborted); // So that the calls meet.
            await FakeTokenEndpoint.AnswerTokenAsync(http, FakeTokenEndpoint.CreateToken(subject));
        };

        var texts = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => server.CallAsync("list_orders", token)));

        Assert.All(texts, text => Assert.Equal($"orders for {subject}", text));
        Assert.Single(server.Tokens.GetRequests(subject));
    }

    [Fact]
    public async Task A_caller_who_leaves_does_not_end_the_exchange_for_others()
    {
        var subject = DownstreamServer.CreateSubject();
        var token = server.CreateToken(subject);
        var asked = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        server.Tokens.Answers[subject] = async http =>
        {
            asked.SetResult();
            await answer.Task;
            await FakeTokenEndpoint.AnswerTokenAsync(http, FakeTokenEndpoint.CreateToken(subject));
        };
        using var leaving = new CancellationTokenSource();
        using var request = McpRequests.Create("tools/call", token, new { name = "list_orders", arguments = new { } });
        var first = server.Http.SendAsync(request, leaving.Token);
        await asked.Task;
        var second = server.CallAsync("list_orders", token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        answer.SetResult();

        Assert.Equal($"orders for {subject}", await second);
        Assert.Single(server.Tokens.GetRequests(subject));
    }

    [Theory]
    [InlineData(300, 1)]
    [InlineData(null, 1)]
    [InlineData(30, 2)]
    [InlineData(0, 2)]
    [InlineData(-1, 2)]
    public async Task A_token_is_kept_until_shortly_before_it_expires(int? lifetime, int expected)
    {
        var subject = DownstreamServer.CreateSubject();
        var token = server.CreateToken(subject);
        server.Tokens.Answers[subject] = http =>
            FakeTokenEndpoint.AnswerTokenAsync(http, FakeTokenEndpoint.CreateToken(subject), lifetime);
        await server.CallAsync("list_orders", token);
        await server.CallAsync("list_orders", token);

        Assert.Equal(expected, server.Tokens.GetRequests(subject).Length);
    }

    [Fact]
    public async Task A_token_that_expires_is_replaced()
    {
        var subject = DownstreamServer.CreateSubject();
        var token = server.CreateToken(subject);
        server.Tokens.Answers[subject] = http =>
            FakeTokenEndpoint.AnswerTokenAsync(http, FakeTokenEndpoint.CreateToken(subject), lifetime: 31);

        await Poll.UntilAsync(async () =>
        {
            await server.CallAsync("list_orders", token);
            return server.Tokens.GetRequests(subject).Length == 2;
        });
    }

    [Fact]
    public async Task A_new_token_of_the_user_and_another_API_are_exchanged_anew()
    {
        var subject = DownstreamServer.CreateSubject();
        var token = server.CreateToken(subject);
        await server.CallAsync("list_orders", token);
        await server.CallAsync("get_invoices", token, new { url = "list" });
        var orders = server.Api.Requests.ElementAt(^2);
        var invoices = server.Api.Requests.Last();
        Assert.NotEqual(orders.Token, invoices.Token);

        await server.CallAsync("list_orders", server.CreateToken(subject));
        Assert.Equal(3, server.Tokens.GetRequests(subject).Length);
    }

    [Fact]
    public async Task Users_at_the_same_time_get_their_own()
    {
        var subjects = Enumerable.Range(0, 6).Select(_ => DownstreamServer.CreateSubject()).ToArray();
        var tokens = subjects.ToDictionary(subject => subject, subject => server.CreateToken(subject));
        await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            var subject = subjects[i % subjects.Length];
            Assert.Equal($"orders for {subject}", await server.CallAsync("list_orders", tokens[subject]));
        }));
    }

    [Fact]
    public async Task Users_with_sessions_at_the_same_time_get_their_own_and_a_session_uses_the_token_of_each_call()
    {
        var stateful = await server.StatefulAsync();
        var sessions = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync(stateful)));
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            var session = sessions[i % sessions.Length];
            Assert.Equal($"orders for {session.Subject}", await CallAsync(stateful, session, session.Token));
        }));

        // The client has refreshed its token: the first one is not used any more.
        var refreshed = server.CreateToken(stateful, sessions[0].Subject);
        await CallAsync(stateful, sessions[0], refreshed);
        Assert.Equal(refreshed, server.Tokens.GetRequests(sessions[0].Subject)[^1].Form["subject_token"]);

        // The session of another one is not a way to that one's orders.
        using var request = CreateCall(sessions[0].Id, sessions[1].Token);
        using var response = await stateful.Client.SendAsync(request);
        Assert.DoesNotContain(
            sessions[0].Subject, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("client_id", "SUBJECT")]
    [InlineData("idtyp", "app")]
    [InlineData("gty", "client-credentials")]
    [InlineData("sub", null)]
    public async Task A_client_on_its_own_behalf_is_told_so_before_anything_is_exchanged(string claim, string? value)
    {
        var subject = DownstreamServer.CreateSubject();
        var token = server.CreateToken(subject, (claim, value == "SUBJECT" ? subject : value));
        var before = server.Tokens.Requests.Count;
        using var response = await server.Http.CallToolAsync("list_orders", token);
        if (value is not null)
        {
            Assert.Equal(
                "An error occurred invoking 'list_orders': This tool calls another API for a user, and no user has signed in: "
                    + "the client acts on its own behalf.",
                await response.ReadToolTextAsync());
        }

        Assert.Equal(before, server.Tokens.Requests.Count);
    }

    [Fact]
    public async Task An_exchanged_token_is_not_accepted_here()
    {
        var exchanged = server.Issuer.CreateToken(server.Api.Address.AbsoluteUri, "todo:read");
        using var response = await server.Http.CallToolAsync("whoami", exchanged);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Nothing_of_a_token_or_a_secret_is_in_a_log()
    {
        var subject = DownstreamServer.CreateSubject();
        var token = server.CreateToken(subject);
        await server.CallAsync("list_orders", token);
        await server.CallAsync("get_invoices", token, new { url = "list" });
        server.Tokens.Answers[subject] = FakeTokenEndpoint.Refuse(400, "invalid_grant");
        await server.CallAsync("list_orders", server.CreateToken(subject));

        await Poll.UntilAsync(() => Task.FromResult(server.Server.Output.Contains("invalid_grant", StringComparison.Ordinal)));
        var output = server.Server.Output;
        Assert.Contains("trce:", output, StringComparison.Ordinal);
        Assert.Contains("System.Net.Http.HttpClient.Orders", output, StringComparison.Ordinal);
        string[] secrets =
        [
            "eyJ",
            "subject_token",
            "grant_type",
            $"{FakeTokenEndpoint.Mark}.",
            DownstreamServer.OrdersSecret,
            DownstreamServer.InvoicesSecret,
            .. server.Tokens.Requests.Select(ReadCredentials).OfType<string>().Distinct(),
        ];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, output, StringComparison.Ordinal));
    }

    private static string? ReadCredentials(TokenRequest request)
    {
        var line = request.Request.Headers.Split('\n').FirstOrDefault(
            line => line.StartsWith("Authorization: ", StringComparison.Ordinal));
        if (line is null)
        {
            return null;
        }

        return AuthenticationHeaderValue.Parse(line["Authorization: ".Length..]).Parameter;
    }

    private void AssertNowhere(string token)
    {
        var signature = token.Split('.')[^1];
        Assert.All(server.Api.Requests, request =>
            Assert.DoesNotContain(signature, request.Text, StringComparison.Ordinal));
    }

    private async Task<Session> OpenAsync(ServerProcess stateful)
    {
        var subject = DownstreamServer.CreateSubject();
        var token = server.CreateToken(stateful, subject);
        var parameters = new
        {
            protocolVersion = "2025-11-25",
            capabilities = new { },
            clientInfo = new { name = "tests", version = "1" },
        };
        using var response = await stateful.Client.SendMcpAsync("initialize", token, parameters);
        return new Session(subject, token, Assert.Single(response.Headers.GetValues("Mcp-Session-Id")));
    }

    private static async Task<string> CallAsync(ServerProcess stateful, Session session, string token)
    {
        using var request = CreateCall(session.Id, token);
        using var response = await stateful.Client.SendAsync(request);
        return await response.ReadToolTextAsync();
    }

    private static HttpRequestMessage CreateCall(string session, string token)
    {
        var request = McpRequests.Create("tools/call", token, new { name = "list_orders", arguments = new { } });
        request.Headers.Add("Mcp-Session-Id", session);
        return request;
    }

    private sealed record Session(string Subject, string Token, string Id);
}
