using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AngleSharp.Dom;
using McpOAuthTemplates.Tests.Infrastructure;
using McpOAuthTemplates.Tests.Server;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;

namespace McpOAuthTemplates.Tests.DevAuth;

/// <summary>What a person chooses on the consent page, and what the settings and Scopes.cs put there.</summary>
public sealed class ConsentTests(ConsentTests.Fixture fixture) : IClassFixture<ConsentTests.Fixture>
{
    private const string Callback = "http://127.0.0.1:4711/callback";

    private HttpClient Http => fixture.Server.Client;

    private Browser Browser => new(Http);

    // ---- Scopes ----

    [Fact]
    public async Task Each_scope_is_described()
    {
        var page = await OpenAsync();
        var boxes = page.Document.QuerySelectorAll("input[name=scope]").ToDictionary(
            box => box.GetAttribute("value")!,
            box => page.Document.GetElementById(box.GetAttribute("aria-describedby")!)!.TextContent);

        Assert.Equal("See your todos.", boxes["todo:read"]);
        Assert.Equal("Add todos and complete them.", boxes["todo:write"]);

        // Scopes.cs of an owner can be without: todo:admin has no constant.
        Assert.Equal("Scopes.cs does not say what it allows.", boxes["todo:admin"]);
    }

    // ---- Roles and other claims ----

    [Fact]
    public async Task Roles_and_claims_of_the_form_are_in_the_token()
    {
        var token = await SignInAsync(
            ("user", " alice "), ("roles", "admin, Sales Manager"),
            ("claims", "department = sales\r\n\r\ngroups=a\ngroups = b\nhttps://contoso.com/level = 1 = 2\n"));

        Assert.Equal("alice", (string?)token["sub"]);
        Assert.Equal("""["admin","Sales Manager"]""", token["roles"]!.ToJsonString());
        Assert.Equal("sales", (string?)token["department"]);
        Assert.Equal("""["a","b"]""", token["groups"]!.ToJsonString());
        Assert.Equal("1 = 2", (string?)token["https://contoso.com/level"]);
    }

    [Theory]
    [InlineData("admin", HttpStatusCode.OK)]
    [InlineData("editor", HttpStatusCode.Forbidden)]
    [InlineData("", HttpStatusCode.Forbidden)]
    public async Task A_tool_for_a_role_can_be_called_with_it(string roles, HttpStatusCode expected)
    {
        var tokens = await GetTokensAsync(("user", "bob"), ("roles", roles));
        using var response = await Http.CallToolAsync("role", (string)tokens["access_token"]!);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_refreshed_token_says_the_same()
    {
        var first = await GetTokensAsync(("user", "carol"), ("roles", "admin"));
        var second = await PostTokenAsync(
            ("grant_type", "refresh_token"), ("refresh_token", (string)first["refresh_token"]!), ("client_id", fixture.ClientId));

        Assert.Equal("admin", (string?)Read(second)["roles"]);
    }

    [Theory]
    [InlineData("claims", "iss = https://evil.contoso.com")]
    [InlineData("claims", "sub = admin")]
    [InlineData("claims", "aud = https://other.contoso.com")]
    [InlineData("claims", "exp = 9999999999")]
    [InlineData("claims", "iat = 1")]
    [InlineData("claims", "nbf = 1")]
    [InlineData("claims", "jti = 1")]
    [InlineData("claims", "client_id = other")]
    [InlineData("claims", "scope = todo:admin")]
    [InlineData("claims", "scp = todo:admin")]
    [InlineData("claims", "no equals sign")]
    [InlineData("claims", "= no name")]
    [InlineData("claims", "no value =")]
    [InlineData("user", "client:other")]
    [InlineData("user", "a\u0000b")]
    public async Task What_cannot_be_in_a_token_is_refused_and_can_be_corrected(string field, string value)
    {
        var page = await OpenAsync();
        var refused = await Browser.SubmitAsync(page, "Allow", new Dictionary<string, string> { [field] = value });
        var corrected = await Browser.SubmitAsync(page, "Allow");

        Assert.Equal(400, refused.Status);
        Assert.Null(refused.Response.Headers.Location);
        Assert.NotNull(corrected["code"]);
    }

    [Fact]
    public async Task More_than_a_token_can_hold_is_refused()
    {
        var page = await OpenAsync();
        var refused = await Browser.SubmitAsync(page, "Allow", new Dictionary<string, string> { ["claims"] = "a = " + new string('x', 5000) });

        Assert.Equal(400, refused.Status);
    }

    // ---- People ----

    [Fact]
    public async Task The_first_user_of_the_settings_is_in_the_form()
    {
        var page = await OpenAsync();

        Assert.Equal("ada", page.Document.QuerySelector("input[name=user]")!.GetAttribute("value"));
        Assert.Equal("editor, reader", page.Document.QuerySelector("input[name=roles]")!.GetAttribute("value"));
        Assert.Equal("department = research", page.Document.QuerySelector("textarea")!.TextContent.Trim());
    }

    [Fact]
    public async Task Others_of_the_settings_are_one_step_away()
    {
        var page = await OpenAsync();
        var answer = await Browser.SubmitAsync(page, "Allow as grace (roles: admin; https://contoso.com/level: 7)", keepChecked: ["todo:read"]);
        var token = Read(await RedeemAsync(answer));

        Assert.Equal("grace", (string?)token["sub"]);
        Assert.Equal("admin", (string?)token["roles"]);
        Assert.Equal("7", (string?)token["https://contoso.com/level"]);
        Assert.Null(token["department"]);
        Assert.Equal("todo:read", (string?)token["scope"]);
        Assert.DoesNotContain("Allow as ada", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("dev-script", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_has_what_the_form_shows_whoever_has_that_name()
    {
        var chosen = await SignInAsync(("user", "grace"), ("roles", ""), ("claims", ""));
        var changed = await SignInAsync(("user", "grace"), ("roles", "reader"));
        var unknown = await SignInAsync(("user", "nobody-yet"));
        var page = await OpenAsync();

        Assert.Null(chosen["roles"]);
        Assert.Null(chosen["department"]);
        Assert.Equal(("reader", "research"), ((string?)changed["roles"], (string?)changed["department"]));
        Assert.Equal("""["editor","reader"]""", unknown["roles"]!.ToJsonString());
        Assert.Contains("grace", page.Document.QuerySelectorAll("#names option").Select(option => option.GetAttribute("value")));
    }

    [Fact]
    public async Task A_client_can_name_one_of_them()
    {
        var known = await OpenAsync(hint: "grace");
        var unknown = await OpenAsync(hint: "<b>stranger</b>");

        Assert.Equal("grace", known.Document.QuerySelector("input[name=user]")!.GetAttribute("value"));
        Assert.Equal("admin", known.Document.QuerySelector("input[name=roles]")!.GetAttribute("value"));
        Assert.Equal("ada", unknown.Document.QuerySelector("input[name=user]")!.GetAttribute("value"));
        Assert.DoesNotContain("stranger", unknown.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_signed_in_before_is_offered_again()
    {
        await SignInAsync(("user", "zoë <b>"), ("roles", "auditor"), ("claims", ""));
        var page = await OpenAsync();
        var again = await Browser.SubmitAsync(page, "Allow as zoë <b> (roles: auditor)");
        var token = Read(await RedeemAsync(again));

        Assert.Equal("zoë <b>", (string?)token["sub"]);
        Assert.Equal("auditor", (string?)token["roles"]);
        Assert.Contains("auditor", page.Document.QuerySelectorAll("#roles option").Select(option => option.GetAttribute("value")));
        Assert.Empty(page.Document.QuerySelectorAll("b, script"));
    }

    [Fact]
    public async Task Scripts_get_the_claims_that_the_settings_have_for_them()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/dev-auth/token");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("dev-script:dev-secret"u8));
        request.Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]);
        using var response = await Http.SendAsync(request);
        var tokens = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        using var call = await Http.CallToolAsync("role", (string)tokens["access_token"]!);

        Assert.Equal("dev-script", (string?)Read(tokens)["sub"]);
        Assert.Equal("admin", (string?)Read(tokens)["roles"]);
        Assert.Equal(HttpStatusCode.OK, call.StatusCode);
    }

    [Fact]
    public async Task Auto_approval_signs_in_whom_the_settings_or_the_client_name()
    {
        await using var server = await fixture.StartAsync(("DevAuth__AutoApprove", "true"));
        var other = new Fixture { Server = server, ClientId = await DevAuthorizationServerTests.Fixture.RegisterAsync(server.Client, "Script", Callback) };
        var tests = new ConsentTests(other);

        Assert.Equal("ada", (string?)Read(await tests.RedeemAsync(await tests.OpenAsync()))["sub"]);
        var grace = Read(await tests.RedeemAsync(await tests.OpenAsync(hint: "grace")));
        Assert.Equal(("grace", "admin"), ((string?)grace["sub"], (string?)grace["roles"]));
    }

    [Fact]
    public async Task Settings_that_cannot_work_stop_the_start_and_are_all_named()
    {
        var project = await TodoServer.BuiltAsync();
        var result = await ServerProcess.RunToEndAsync(
            project.GetAssembly(), project.ContentRoot, "Development",
            ("DevAuth__Users__1__Roles__0", "admin"),
            ("DevAuth__Users__2__Name", "a"), ("DevAuth__Users__2__Roles", "admin"), ("DevAuth__Users__2__Role", "admin"),
            ("DevAuth__Users__3__Name", "a"), ("DevAuth__Users__3__Claims__scope", "todo:admin"),
            ("DevAuth__Users__4__Name", "b"), ("DevAuth__Users__4__Claims", "x"));

        Assert.NotEqual(0, result.ExitCode);
        Assert.All(
            [
                "DevAuth:Users:1 cannot be used: a name has 1 to 100 characters.",
                "DevAuth:Users:2:Roles must be a list, such as [ \"admin\" ].",
                "DevAuth:Users:2:Role is not known: a user has a Name, Roles and Claims.",
                "DevAuth:Users:3:Name must not be that of another user, 'a'.",
                "DevAuth:Users:3 cannot be used: the claim \"scope\" is set by the authorization server.",
                "DevAuth:Users:4:Claims must be an object, such as { \"department\": \"sales\" }.",
            ],
            problem => Assert.Contains(problem, result.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_setting_that_nobody_reads_stops_the_start()
    {
        var project = await TodoServer.BuiltAsync();
        var result = await ServerProcess.RunToEndAsync(
            project.GetAssembly(), project.ContentRoot, "Development", ("DevAuth__AlowForwardedPorts", "false"));

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(
            "DevAuth:AlowForwardedPorts is not a setting of the development authorization server", result.Output, StringComparison.Ordinal);
    }

    /// <summary>Whatever stands in the fields by then.</summary>
    [Fact]
    public async Task Deny_always_leads_back_to_the_client()
    {
        var values = new Dictionary<string, string> { ["user"] = new string('x', 101), ["claims"] = "not yet finished" };
        var answer = await Browser.SubmitAsync(await OpenAsync(), "Deny", values);

        Assert.Equal("access_denied", answer["error"]);
    }

    // ---- The page ----

    [Theory]
    [InlineData("Clau\u202Ede\u200B Code\u0007", "Allow Claude Code?")]
    [InlineData("\u202E\u2066 \u200F", "Allow an application without a name?")]
    public async Task A_name_has_no_characters_that_deceive(string name, string expected)
    {
        var client = await DevAuthorizationServerTests.Fixture.RegisterAsync(Http, name, Callback);
        var page = await OpenAsync(client: client);

        Assert.Equal(expected, page.Document.QuerySelector("h1")!.TextContent);
        Assert.Equal(expected, page.Document.Title);
    }

    [Fact]
    public async Task Pages_are_what_they_say_and_out_of_reach()
    {
        foreach (var page in new[] { await OpenAsync(), await OpenAsync(client: "nobody") })
        {
            Assert.Equal("text/html; charset=utf-8", page.Response.Content.Headers.ContentType!.ToString());
            Assert.Equal("nosniff", Assert.Single(page.Response.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("same-origin", Assert.Single(page.Response.Headers.GetValues("Cross-Origin-Opener-Policy")));
            Assert.Equal("DENY", Assert.Single(page.Response.Headers.GetValues("X-Frame-Options")));
        }
    }

    private Task<BrowserAnswer> OpenAsync(string? client = null, string? hint = null)
    {
        var query = new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = client ?? fixture.ClientId,
            ["redirect_uri"] = Callback,
            ["code_challenge"] = DevAuthorizationServerTests.Fixture.Challenge,
            ["code_challenge_method"] = "S256",
        };
        if (hint is not null)
        {
            query["login_hint"] = hint;
        }

        return Browser.OpenAsync(QueryHelpers.AddQueryString("/dev-auth/authorize", query));
    }

    private async Task<JsonNode> SignInAsync(params (string Name, string Value)[] fields) => Read(await GetTokensAsync(fields));

    private async Task<JsonNode> GetTokensAsync(params (string Name, string Value)[] fields)
    {
        var values = fields.ToDictionary(field => field.Name, field => field.Value);
        return await RedeemAsync(await Browser.SubmitAsync(await OpenAsync(), "Allow", values));
    }

    private Task<JsonNode> RedeemAsync(BrowserAnswer answer) => PostTokenAsync(
        ("grant_type", "authorization_code"), ("code", answer["code"]!), ("client_id", fixture.ClientId), ("redirect_uri", Callback),
        ("code_verifier", DevAuthorizationServerTests.Fixture.Verifier));

    private async Task<JsonNode> PostTokenAsync(params (string Name, string Value)[] fields)
    {
        using var response = await Http.PostAsync(
            "/dev-auth/token", new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return JsonNode.Parse(text)!;
    }

    private static JsonNode Read(JsonNode tokens) =>
        JsonNode.Parse(Base64UrlTextEncoder.Decode(new JsonWebToken((string)tokens["access_token"]!).EncodedPayload))!;

    /// <summary>A server whose owner has added a tool for a role, with people in its settings.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        private static readonly (string, string)[] s_people =
        [
            ("DevAuth__Users__0__Name", "ada"), ("DevAuth__Users__0__Roles__0", "editor"), ("DevAuth__Users__0__Roles__1", "reader"),
            ("DevAuth__Users__0__Claims__department", "research"),
            ("DevAuth__Users__1__Name", "grace"), ("DevAuth__Users__1__Roles__0", "admin"),
            ("DevAuth__Users__1__Claims__https://contoso.com/level__0", "7"),
            ("DevAuth__Users__2__Name", "dev-script"), ("DevAuth__Users__2__Roles__0", "admin"),
        ];

        internal ServerProcess Server { get; set; } = null!;

        public string ClientId { get; set; } = "";

        internal async Task<ServerProcess> StartAsync(params (string Name, string Value)[] settings)
        {
            var project = await ServersUnderTest.BuiltAsync(OwnPrimitivesServer.Folder);
            return await ServerProcess.StartAsync(project.GetAssembly(), project.ContentRoot, "Development", [.. s_people, .. settings]);
        }

        public async Task InitializeAsync()
        {
            Server = await StartAsync();
            ClientId = await DevAuthorizationServerTests.Fixture.RegisterAsync(Server.Client, "Test client", Callback);
        }

        public async Task DisposeAsync() => await Server.DisposeAsync();
    }
}
