using System.Text;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace McpOAuthTemplates.Tests.Downstream;

/// <summary>
/// Whatever the token endpoint answers instead of a token, the model gets one of four fixed texts,
/// and the log one line with the status and the code. Nothing else of the answer is anywhere.
/// </summary>
[Collection(nameof(DownstreamServer))]
public sealed class ExchangeErrorTests(DownstreamServer server)
{
    private const string Prefix = "An error occurred invoking 'list_orders': ";
    private const string SignInAgain = "The sign-in no longer counts for the API behind this tool. Sign in again.";
    private const string NeedsPerson =
        "A person has to consent or sign in more strongly. Sign in again; else ask the administrator to consent for this server.";
    private const string NotAllowed = "This server may not call that API. Its administrator finds the reason in the log.";
    private const string NotAvailable = "Not available now. Try again later.";

    [Theory]
    [InlineData("invalid_grant", null, SignInAgain)]
    [InlineData("invalid_grant", "bad_token", SignInAgain)]
    [InlineData("interaction_required", null, NeedsPerson)]
    [InlineData("invalid_grant", "consent_required", NeedsPerson)]
    [InlineData("consent_required", null, NeedsPerson)]
    [InlineData("login_required", null, NeedsPerson)]
    [InlineData("mfa_required", null, NeedsPerson)]
    [InlineData("invalid_target", null, NotAllowed)]
    [InlineData("invalid_scope", null, NotAllowed)]
    [InlineData("unauthorized_client", null, NotAllowed)]
    [InlineData("invalid_client", null, NotAllowed)]
    [InlineData("invalid_request", null, NotAllowed)]
    [InlineData("unknown_to_all", null, NotAllowed)]
    [InlineData("temporarily_unavailable", null, NotAvailable)]
    public async Task A_refusal_has_one_of_the_fixed_texts(string error, string? suberror, string expected)
    {
        await CheckAsync(FakeTokenEndpoint.Refuse(400, error, suberror), expected, $"400 {error}");
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(503, "<html>Down for maintenance</html>")]
    [InlineData(429, """{"error":"slow_down"}""")]
    [InlineData(200, "<html>Sign in</html>")]
    [InlineData(200, "")]
    [InlineData(200, "[]")]
    [InlineData(200, """{"access_token":"no type"}""")]
    [InlineData(200, """{"access_token":"t","token_type":"N_A"}""")]
    [InlineData(200, """{"access_token":"t","token_type":"DPoP"}""")]
    [InlineData(200, """{"access_token":7,"token_type":"Bearer"}""")]
    [InlineData(200, """{"access_token":"","token_type":"Bearer"}""")]
    [InlineData(200, """{"access_token":"a\r\nX-Injected: 1","token_type":"Bearer"}""")]
    [InlineData(200, """{"access_token":"a\u00e9","token_type":"Bearer"}""")]
    [InlineData(200, """{"access_token":"\ud800","token_type":"Bearer"}""")]
    [InlineData(400, """{"error":"\ud800"}""")]
    [InlineData(400, """{"error":["invalid_grant"]}""")]
    [InlineData(400, "not JSON")]
    public async Task What_is_no_answer_is_not_available(int status, string body)
    {
        await CheckAsync(
            async http =>
            {
                http.Response.StatusCode = status;
                await http.Response.WriteAsync(body);
            },
            NotAvailable,
            $"{status} ");
    }

    [Fact]
    public async Task Invalid_bytes_and_an_answer_without_end_are_not_available()
    {
        await CheckAsync(http => http.Response.Body.WriteAsync(new byte[] { 0xff, 0xfe, 0x22 }).AsTask(), NotAvailable, "200 ");
        await CheckAsync(
            http => http.Response.Body.WriteAsync(Encoding.ASCII.GetBytes($"{{\"error\":\"{'\xff'}\"}}")).AsTask(), NotAvailable, "200 ");
        await CheckAsync(SendWithoutEndAsync, NotAvailable, "cannot be reached");

        static async Task SendWithoutEndAsync(HttpContext http)
        {
            var megabyte = new byte[1024 * 1024];
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.Body.WriteAsync(megabyte, http.RequestAborted);
            }
        }
    }

    [Theory]
    [InlineData("invalid_grant\r\nfail: everything is broken")]
    [InlineData("a code of more than sixty characters is a text and not a code, so")]
    [InlineData("eyJhbGciOiJub25lIn0.e30.")]
    public async Task A_code_that_is_none_is_not_in_the_log(string error)
    {
        var output = await CheckAsync(FakeTokenEndpoint.Refuse(400, error), NotAllowed, "400 ");

        Assert.DoesNotContain("everything is broken", output, StringComparison.Ordinal);
        Assert.DoesNotContain("sixty characters", output, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJhbGciOiJub25lIn0", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_does_not_take_the_token_elsewhere(int status)
    {
        await using var elsewhere = await RecordingApi.StartAsync();
        await CheckAsync(
            http =>
            {
                http.Response.StatusCode = status;
                http.Response.Headers.Location = new Uri(elsewhere.Address, "token").AbsoluteUri;
                return Task.CompletedTask;
            },
            NotAvailable,
            $"{status} ");

        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task A_token_endpoint_that_is_silent_costs_ten_seconds_and_the_next_call_works()
    {
        var subject = DownstreamServer.CreateSubject();
        var token = server.CreateToken(subject);
        server.Tokens.Answers[subject] = http => Task.Delay(Timeout.Infinite, http.RequestAborted);

        var begin = DateTime.UtcNow;
        Assert.Equal(Prefix + NotAvailable, await server.CallAsync("list_orders", token));
        Assert.InRange((DateTime.UtcNow - begin).TotalSeconds, 9, 30);

        server.Tokens.Answers.TryRemove(subject, out _);
        Assert.StartsWith("orders for", await server.CallAsync("list_orders", token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_outage_is_over_at_the_next_call()
    {
        var subject = DownstreamServer.CreateSubject();
        var token = server.CreateToken(subject);
        server.Tokens.Answers[subject] = FakeTokenEndpoint.Refuse(503, "server_error");
        Assert.Equal(Prefix + NotAvailable, await server.CallAsync("list_orders", token));

        server.Tokens.Answers.TryRemove(subject, out _);
        Assert.StartsWith("orders for", await server.CallAsync("list_orders", token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_remembered_for_ten_seconds()
    {
        var subject = DownstreamServer.CreateSubject();
        var token = server.CreateToken(subject);
        server.Tokens.Answers[subject] = FakeTokenEndpoint.Refuse(400, "invalid_grant");
        var begin = DateTime.UtcNow;
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(Prefix + SignInAgain, await server.CallAsync("list_orders", token));
        }

        Assert.Single(server.Tokens.GetRequests(subject));

        // Of this token and this API only: the user who has signed in again is not made to wait.
        server.Tokens.Answers.TryRemove(subject, out _);
        Assert.StartsWith("orders for", await server.ListOrdersAsync(subject), StringComparison.Ordinal);
        Assert.StartsWith("200", await server.CallAsync("get_invoices", token, new { url = "list" }), StringComparison.Ordinal);

        await Poll.UntilAsync(async () =>
            (await server.CallAsync("list_orders", token)).StartsWith("orders for", StringComparison.Ordinal));
        Assert.InRange((DateTime.UtcNow - begin).TotalSeconds, 9, 30);
    }

    // Each has a user of its own, and with the user a token.
    private async Task<string> CheckAsync(RequestDelegate answer, string expected, string logged)
    {
        var subject = DownstreamServer.CreateSubject();
        server.Tokens.Answers[subject] = answer;
        var before = server.Server.Output.Length;

        Assert.Equal(Prefix + expected, await server.ListOrdersAsync(subject));

        Assert.Single(server.Tokens.GetRequests(subject));
        var output = "";
        await Poll.UntilAsync(() =>
        {
            output = server.Server.Output[before..];
            return Task.FromResult(output.Contains("No token for Downstream:Orders", StringComparison.Ordinal));
        });
        var line = Assert.Single(output.Split('\n'), line => line.Contains("No token for", StringComparison.Ordinal));
        Assert.Contains(logged, line, StringComparison.Ordinal);
        Assert.DoesNotContain("a secret of the provider", output, StringComparison.Ordinal);
        return output;
    }
}
