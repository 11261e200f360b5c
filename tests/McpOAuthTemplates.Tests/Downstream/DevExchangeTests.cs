using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.Clients;
using McpOAuthTemplates.Tests.DevAuth;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.IdentityModel.JsonWebTokens;
using ModelContextProtocol.Authentication;

namespace McpOAuthTemplates.Tests.Downstream;

/// <summary>The first "dotnet run" of a project with --downstream: the development authorization server exchanges tokens.</summary>
public sealed class DevExchangeTests(DevExchangeTests.Fixture fixture) : IClassFixture<DevExchangeTests.Fixture>
{
    private const string AccessToken = "urn:ietf:params:oauth:token-type:access_token";
    private const string IdToken = "urn:ietf:params:oauth:token-type:id_token";

    private ServerProcess Server => fixture.Server;

    private string Resource => new Uri(Server.Address, "mcp").AbsoluteUri;

    private string Api => new Uri(Server.Address, "dev-api").AbsoluteUri;

    /// <summary>What is changed in a good request, and the error. "own" is this server, and "api" the sample API.</summary>
    public static TheoryData<string, string?, string> Mistakes => new()
    {
        { "client_id", "dev-script", "unauthorized_client" },
        { "client_secret", "wrong", "invalid_client" },
        { "client_secret", null, "invalid_client" },
        { "subject_token_type", null, "invalid_request" },
        { "subject_token_type", IdToken, "invalid_request" },
        { "requested_token_type", IdToken, "invalid_request" },
        { "actor_token", "eyJ", "invalid_request" },
        { "subject_token", null, "invalid_request" },
        { "subject_token", "garbage", "invalid_grant" },
        { "resource", null, "invalid_target" },
        { "resource", "", "invalid_target" },
        { "resource", "own", "invalid_target" },
        { "resource", "own/", "invalid_target" },
        { "audience", "api", "invalid_target" },
    };

    [Fact]
    public async Task A_client_signs_in_and_the_tool_answers_for_its_user()
    {
        var person = new Person(Server.Client, "ada");
        var oauth = new ClientOAuthOptions
        {
            RedirectUri = new Uri("http://127.0.0.1:7777/callback"),
            DynamicClientRegistration = new DynamicClientRegistrationOptions { ClientName = "Client" },
            AuthorizationCallbackHandler = person.SignInAsync,
        };
        await using var client = await SdkClient.ConnectAsync(new Uri(Resource), "2025-11-25", oauth, []);

        Assert.Equal("orders of ada, asked for by dev-server", await client.CallTextAsync("list_orders"));
        await Poll.UntilAsync(() => Task.FromResult(
            Server.Output.Contains("The sample API was called for ada, by dev-server.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_metadata_lists_the_grant()
    {
        var metadata = JsonNode.Parse(await Server.Client.GetStringAsync("/dev-auth/.well-known/openid-configuration"))!;

        Assert.Contains(
            "urn:ietf:params:oauth:grant-type:token-exchange",
            metadata["grant_types_supported"]!.AsArray().Select(grant => (string)grant!));
    }

    [Fact]
    public async Task The_token_is_for_the_API_and_tells_who_asks_for_whom()
    {
        var subject = await SignInAsync("grace");
        var answer = (await ExchangeAsync(subject, ("scope", "orders:read"))).ShouldSucceed();
        var token = new JsonWebToken((string)answer["access_token"]!);

        Assert.Equal("at+jwt", token.Typ);
        Assert.Equal([Api], token.Audiences);
        Assert.Equal("grace", token.Subject);
        Assert.Equal("dev-server", token.GetClaim("client_id").Value);
        Assert.Equal("""{"sub":"dev-server"}""", token.GetClaim("act").Value);
        Assert.Equal("orders:read", token.GetClaim("scope").Value);
        Assert.True(token.ValidTo <= new JsonWebToken(subject).ValidTo);
        Assert.Equal(AccessToken, (string?)answer["issued_token_type"]);
        Assert.InRange((int)answer["expires_in"]!, 3000, 3600);
        Assert.Null(answer["refresh_token"]);
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_bad_exchange_is_refused(string parameter, string? value, string error)
    {
        var subject = await SignInAsync("bob");
        value = value switch
        {
            "own" => Resource,
            "own/" => Resource.ToUpperInvariant() + "/",
            "api" => Api,
            _ => value,
        };
        var answer = await ExchangeAsync(subject, (parameter, value));

        Assert.Equal(error, answer.Error);
        Assert.Null(answer.Json["access_token"]);
    }

    [Fact]
    public async Task A_page_cannot_exchange()
    {
        var form = CreateForm(await SignInAsync("bob"));
        var client = await CodeFlow.CreateAsync(Server);
        var answer = await client.PostAsync([.. form], ("Origin", "https://evil.contoso.com"));

        Assert.Equal(403, answer.Status);
        Assert.Equal("unauthorized_client", answer.Error);
    }

    [Fact]
    public async Task The_exchanged_token_opens_nothing_but_the_API()
    {
        var subject = await SignInAsync("eve");
        var exchanged = (string)(await ExchangeAsync(subject)).ShouldSucceed()["access_token"]!;
        using var mcp = await Server.Client.CallToolAsync("whoami", exchanged);
        var again = await ExchangeAsync(exchanged);

        Assert.Equal(HttpStatusCode.Unauthorized, mcp.StatusCode);
        Assert.Equal("invalid_grant", again.Error);
        Assert.Equal(HttpStatusCode.OK, await CallApiAsync(exchanged));
    }

    [Fact]
    public async Task The_API_takes_no_token_of_a_client()
    {
        var other = (string)(await ExchangeAsync(await SignInAsync("eve"), ("resource", "https://other.contoso.com")))
            .ShouldSucceed()["access_token"]!;

        Assert.Equal(HttpStatusCode.Unauthorized, await CallApiAsync(await SignInAsync("eve")));
        Assert.Equal(HttpStatusCode.Unauthorized, await CallApiAsync(other));
        Assert.Equal(HttpStatusCode.Unauthorized, await CallApiAsync("garbage"));
        Assert.Equal(HttpStatusCode.Unauthorized, await CallApiAsync(token: null));
    }

    /// <summary>As "dotnet run" starts it: the settings are paths, and the server finds its own address.</summary>
    [Fact]
    public async Task It_works_with_the_settings_of_a_fresh_project()
    {
        await using var server = await StartAsync(("OAuth__Issuer", "/dev-auth"), ("OAuth__Resource", "/mcp"));
        var tokens = await (await CodeFlow.CreateAsync(server)).SignInAsync("fresh");
        using var response = await server.Client.CallToolAsync("list_orders", (string)tokens["access_token"]!);

        Assert.Equal("orders of fresh, asked for by dev-server", await response.ReadToolTextAsync());
    }

    private async Task<string> SignInAsync(string user)
    {
        var tokens = await (await CodeFlow.CreateAsync(Server)).SignInAsync(user);
        return (string)tokens["access_token"]!;
    }

    private async Task<TokenAnswer> ExchangeAsync(string subject, params (string Name, string? Value)[] changes)
    {
        var form = CreateForm(subject);
        foreach (var (name, value) in changes)
        {
            form.Remove(name);
            if (value is not null)
            {
                form[name] = value;
            }
        }

        return await (await CodeFlow.CreateAsync(Server)).PostAsync([.. form]);
    }

    private Dictionary<string, string> CreateForm(string subject) => new()
    {
        ["grant_type"] = "urn:ietf:params:oauth:grant-type:token-exchange",
        ["client_id"] = "dev-server",
        ["client_secret"] = "dev-secret",
        ["subject_token"] = subject,
        ["subject_token_type"] = AccessToken,
        ["resource"] = Api,
    };

    private async Task<HttpStatusCode> CallApiAsync(string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/dev-api/orders");
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await Server.Client.SendAsync(request);
        return response.StatusCode;
    }

    // With the settings of the project. The second API is that of an owner.
    private static async Task<ServerProcess> StartAsync(params (string Name, string Value)[] settings)
    {
        var project = await ServersUnderTest.BuiltAsync(DownstreamServer.Folder);
        var invoices = new Dictionary<string, string>
        {
            ["BaseAddress"] = "https://invoices.contoso.com",
            ["ClientId"] = "dev-server",
            ["ClientSecret"] = "dev-secret",
            ["Audience"] = "invoices",
        };
        return await ServerProcess.StartAsync(
            project.GetAssembly(), project.ContentRoot, "Development", [.. DownstreamServer.Describe("Invoices", invoices), .. settings]);
    }

    public sealed class Fixture : IAsyncLifetime
    {
        internal ServerProcess Server { get; private set; } = null!;

        public async Task InitializeAsync() => Server = await StartAsync(("Mcp__RequestsPerMinute", "100000"));

        public async Task DisposeAsync() => await Server.DisposeAsync();
    }
}
