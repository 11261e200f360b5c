using System.Net;
using System.Text.Json;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Server;

/// <summary>Who calls: two callers are never taken for one, and nobody is taken for a user.</summary>
[Collection(nameof(MinimalApiServer))]
public sealed class SubjectTests(MinimalApiServer server) : ServerTests(server)
{
    public static TheoryData<string, object?> NoSubjects => new()
    {
        { "absent", null },
        { "empty", "" },
        { "number", 5 },
        { "array", new[] { "alice" } },
        { "two", new[] { "alice", "bob" } },
        { "object", JsonSerializer.SerializeToElement(new { name = "alice" }) },
        { "boolean", true },
        { "client", "client:test-client" },
        { "client in capitals", "CLIENT:test-client" },
    };

    [SkippableTheory]
    [MemberData(nameof(NoSubjects))]
    public async Task A_token_that_names_no_user_is_refused(string kind, object? subject)
    {
        await AssertNamesNoUserAsync(Server.Http, Server.CreateToken("todo:read", ("sub", subject)), kind);
    }

    [SkippableFact]
    public async Task A_name_that_comes_twice_is_refused()
    {
        var expiry = DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds();
        foreach (var twice in new[] { "\"sub\":\"bob\"", "\"scope\":\"todo:write\"" })
        {
            var payload = $$"""
                {"iss":"{{Server.Issuer.Issuer}}","aud":"{{Server.Audience}}","exp":{{expiry}},"sub":"alice","scope":"todo:read",{{twice}}}
                """;
            using var response = await Server.Http.CallToolAsync(
                "whoami", Server.Issuer.SignText("""{"alg":"RS256","typ":"at+jwt","kid":"KID"}""", payload));

            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }
    }

    [SkippableFact]
    public async Task By_a_setting_a_client_is_the_subject_of_its_own_token_and_apart_from_users()
    {
        await using var other = await Server.StartAsync(("OAuth__AllowMissingSubject", "true"));
        var audience = new Uri(other.Address, "mcp").AbsoluteUri;
        string CreateToken(object? subject, object? client) => Server.Issuer.CreateToken(
            audience, "todo:read todo:write", claims: [("sub", subject), ("client_id", client)]);

        var user = CreateToken("u1", "test-client");
        var client = CreateToken(null, "u1");
        using var whoami = await other.Client.CallToolAsync("whoami", client);
        Assert.StartsWith("subject: client:u1\nclient: u1\n", await whoami.ReadToolTextAsync(), StringComparison.Ordinal);

        using var added = await other.Client.CallToolAsync("add_todo", user, new { title = "Buy milk" });
        Assert.Equal(HttpStatusCode.OK, added.StatusCode);
        using var list = await other.Client.CallToolAsync("list_todos", client);
        Assert.Equal("There are no todos.", await list.ReadToolTextAsync());

        await AssertNamesNoUserAsync(other.Client, CreateToken("client:u1", "u1"), "a user with the name of a client");
        await AssertNamesNoUserAsync(other.Client, CreateToken(null, null), "neither user nor client");
        await AssertNamesNoUserAsync(other.Client, CreateToken(null, ""), "an empty client");
        await AssertNamesNoUserAsync(other.Client, CreateToken("", "u1"), "an empty user");
        await AssertNamesNoUserAsync(other.Client, CreateToken(5, "u1"), "a number");
    }

    private static async Task AssertNamesNoUserAsync(HttpClient http, string token, string kind)
    {
        using var response = await http.CallToolAsync("list_todos", token);

        Assert.True(response.StatusCode == HttpStatusCode.Unauthorized, $"{kind}: {response.StatusCode}");
        Assert.EndsWith(
            "error=\"invalid_token\", error_description=\"The access token names no user.\"",
            response.GetChallenge(), StringComparison.Ordinal);
    }
}
