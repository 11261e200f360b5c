using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;

namespace McpOAuthTemplates.Tests.DevAuth;

/// <summary>The development authorization server, as clients and attackers meet it.</summary>
public sealed class DevAuthorizationServerTests(DevAuthorizationServerTests.Fixture fixture)
    : IClassFixture<DevAuthorizationServerTests.Fixture>
{
    private const string Callback = "http://127.0.0.1:4711/callback";

    private HttpClient Http => fixture.Server.Client;

    private string Issuer => new Uri(fixture.Server.Address, "dev-auth").AbsoluteUri;

    private string Resource => new Uri(fixture.Server.Address, "mcp").AbsoluteUri;

    // ---- Metadata and keys ----

    [Theory]
    [InlineData("/.well-known/oauth-authorization-server/dev-auth")]
    [InlineData("/.well-known/openid-configuration/dev-auth")]
    [InlineData("/dev-auth/.well-known/openid-configuration")]
    public async Task Metadata_is_at_each_place_where_clients_look(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Origin", "https://client.contoso.com");
        using var response = await Http.SendAsync(request);
        var metadata = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        Assert.Equal("*", Assert.Single(response.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Equal(Issuer, (string?)metadata["issuer"]);
        Assert.Equal(Issuer + "/authorize", (string?)metadata["authorization_endpoint"]);
        Assert.Equal(Issuer + "/token", (string?)metadata["token_endpoint"]);
        Assert.Equal(Issuer + "/register", (string?)metadata["registration_endpoint"]);
        Assert.Equal(Issuer + "/revoke", (string?)metadata["revocation_endpoint"]);
        Assert.Equal("""["todo:read","todo:write"]""", metadata["scopes_supported"]!.ToJsonString());
        Assert.Equal("""["S256"]""", metadata["code_challenge_methods_supported"]!.ToJsonString());
        Assert.Equal("""["authorization_code","refresh_token","client_credentials"]""", metadata["grant_types_supported"]!.ToJsonString());
        Assert.True((bool)metadata["authorization_response_iss_parameter_supported"]!);
        Assert.True((bool)metadata["client_id_metadata_document_supported"]!);
        Assert.DoesNotContain("null", metadata.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_are_public_keys_only()
    {
        var keys = await Http.GetFromJsonAsync<JsonNode>("/dev-auth/jwks");
        var key = Assert.Single(keys!["keys"]!.AsArray())!.AsObject();

        Assert.Equal("RSA", (string?)key["kty"]);
        Assert.DoesNotContain(key, member => member.Key is "d" or "p" or "q" or "dp" or "dq" or "qi" or "oth" or "k");
    }

    // ---- Sign-in ----

    [Fact]
    public async Task A_token_is_what_RFC_9068_describes()
    {
        var token = Read(await SignInAsync(user: "  Ada Lovelace ", scope: "todo:read"));

        Assert.Equal("at+jwt", token.Typ);
        Assert.Equal("RS256", token.Alg);
        Assert.Equal(Issuer, token.Issuer);
        Assert.Equal([Resource], token.Audiences);
        Assert.Equal("Ada Lovelace", token.Subject);
        Assert.Equal("todo:read", token.GetPayloadValue<string>("scope"));
        Assert.Equal(fixture.ClientId, token.GetPayloadValue<string>("client_id"));
        Assert.NotEmpty(token.Id);
        Assert.InRange(token.ValidTo, DateTime.UtcNow.AddMinutes(50), DateTime.UtcNow.AddMinutes(70));
    }

    [Fact]
    public async Task The_resource_server_accepts_the_token_with_the_scopes_that_were_checked()
    {
        var token = (string)(await SignInAsync(keepChecked: ["todo:read"]))["access_token"]!;
        using var list = await Http.CallToolAsync("list_todos", token);
        using var add = await Http.CallToolAsync("add_todo", token, new { title = "x" });

        Assert.Equal(HttpStatusCode.OK, list.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, add.StatusCode);
    }

    [Fact]
    public async Task Deny_goes_back_with_access_denied()
    {
        var browser = new Browser(Http);
        var answer = await browser.SubmitAsync(await browser.OpenAsync(Authorize(state: "xyz")), "Deny");

        Assert.Equal("access_denied", answer["error"]);
        Assert.Equal(Issuer, answer["iss"]);
        Assert.Equal("xyz", answer["state"]);
        Assert.Null(answer["code"]);
    }

    [Fact]
    public async Task The_consent_page_shows_who_asks_for_what_and_takes_nothing_from_elsewhere()
    {
        var page = await new Browser(Http).OpenAsync(Authorize());

        Assert.Equal(200, page.Status);
        Assert.Contains("Test client", page.Text, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:4711", page.Text, StringComparison.Ordinal);
        Assert.Contains(Resource, page.Text, StringComparison.Ordinal);
        Assert.Contains("todo:read", page.Text, StringComparison.Ordinal);
        Assert.Contains("todo:write", page.Text, StringComparison.Ordinal);
        Assert.Equal("dev-user", page.Document.QuerySelector("input[type=text]")!.GetAttribute("value"));
        Assert.Empty(page.Document.QuerySelectorAll("script, link[rel=stylesheet], img, iframe, [src], [onclick], [onload]"));
        Assert.Equal("no-store", page.Response.Headers.CacheControl!.ToString());
        Assert.Equal("DENY", Assert.Single(page.Response.Headers.GetValues("X-Frame-Options")));
        Assert.Contains("default-src 'none'", Assert.Single(page.Response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.DoesNotContain("form-action", Assert.Single(page.Response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hostile_client_name_stays_text()
    {
        var client = await RegisterAsync("<img src=x onerror=alert(1)>\"'&<script>", Callback);
        var page = await new Browser(Http).OpenAsync(Authorize(clientId: client));

        Assert.Contains("<img src=x onerror=alert(1)>", page.Text, StringComparison.Ordinal);
        Assert.Empty(page.Document.QuerySelectorAll("img, script"));
    }

    [Theory]
    [InlineData("vscode://vscode.github-authentication/did-authenticate")]
    [InlineData("cursor://anysphere.cursor-retrieval/oauth/user-todo/callback")]
    [InlineData("https://vscode.dev/redirect")]
    [InlineData("http://localhost:33418/")]
    [InlineData("http://[::1]:33418/cb")]
    [InlineData("http://127.0.0.1/cb?kept=1")]
    public async Task Redirects_of_real_clients_work(string redirectUri)
    {
        var browser = new Browser(Http);
        var client = await RegisterAsync("Editor", redirectUri);
        var answer = await browser.SubmitAsync(await browser.OpenAsync(Authorize(clientId: client, redirectUri: redirectUri)), "Allow");

        Assert.Equal(302, answer.Status);
        Assert.StartsWith(redirectUri, answer.Response.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.NotNull(answer["code"]);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/callback", true)]
    [InlineData("http://127.0.0.1:65535/callback", true)]
    [InlineData("http://127.0.0.1/callback", true)]
    [InlineData("http://localhost:4711/callback", false)]
    [InlineData("http://127.0.0.1:4711/callback/", false)]
    [InlineData("http://127.0.0.1:4711/callback?x=1", false)]
    [InlineData("http://127.0.0.1:4711/callback#f", false)]
    [InlineData("https://127.0.0.1:4711/callback", false)]
    [InlineData("http://user@127.0.0.1:4711/callback", false)]
    [InlineData("http://127.0.0.1.evil.contoso.com/callback", false)]
    [InlineData("http://127.0.0.1:4711@evil.contoso.com/callback", false)]
    [InlineData("http://127.0.0.1:4711/callback\\@evil.contoso.com", false)]
    [InlineData("//evil.contoso.com/callback", false)]
    [InlineData("javascript:alert(1)", false)]
    public async Task Only_the_registered_redirect_matches_on_any_loopback_port(string redirectUri, bool expected)
    {
        var answer = await new Browser(Http).OpenAsync(Authorize(redirectUri: redirectUri));

        Assert.Equal(expected ? 200 : 400, answer.Status);
        Assert.Null(answer.Response.Headers.Location);
    }

    [Theory]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("response_type", null, "unsupported_response_type")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("code_challenge_method", null, "invalid_request")]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("code_challenge", "short", "invalid_request")]
    [InlineData("resource", "https://other.contoso.com/mcp", "invalid_target")]
    [InlineData("code_challenge", "===========================================", "invalid_request")]
    [InlineData("prompt", "none", "interaction_required")]
    [InlineData("request", "eyJ", "request_not_supported")]
    [InlineData("request_uri", "https://evil.contoso.com/", "request_uri_not_supported")]
    public async Task A_bad_request_of_a_known_client_goes_back_with_the_error(string parameter, string? value, string error)
    {
        var answer = await new Browser(Http).OpenAsync(Authorize(change: (parameter, value)));

        Assert.Equal(302, answer.Status);
        Assert.Equal(Callback, answer.RedirectUri);
        Assert.Equal(error, answer["error"]);
        Assert.Equal(Issuer, answer["iss"]);
    }

    [Fact]
    public async Task A_doubled_parameter_is_refused()
    {
        var answer = await new Browser(Http).OpenAsync(Authorize() + "&code_challenge=" + new string('A', 43));

        Assert.Equal("invalid_request", answer["error"]);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("dyn.")]
    [InlineData("dyn.%%%")]
    [InlineData("dyn.bm90IGpzb24")]
    [InlineData("dyn.eyJyZWRpcmVjdF91cmlzIjpbImphdmFzY3JpcHQ6YWxlcnQoMSkiXX0")]
    [InlineData("")]
    public async Task An_unknown_client_gets_a_page_and_no_redirect(string clientId)
    {
        var answer = await new Browser(Http).OpenAsync(Authorize(clientId: clientId));

        Assert.Equal(400, answer.Status);
        Assert.Null(answer.Response.Headers.Location);
        Assert.Equal("text/html", answer.Response.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("Origin", "https://evil.contoso.com")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task Another_page_cannot_send_the_consent_form(string header, string value)
    {
        var browser = new Browser(Http);
        var answer = await browser.SubmitAsync(await browser.OpenAsync(Authorize()), "Allow", headers: (header, value));

        Assert.Equal(403, answer.Status);
        Assert.Null(answer.Response.Headers.Location);
    }

    [Fact]
    public async Task A_consent_form_works_once()
    {
        var browser = new Browser(Http);
        var page = await browser.OpenAsync(Authorize());
        var first = await browser.SubmitAsync(page, "Allow");
        var second = await browser.SubmitAsync(page, "Allow");

        Assert.Equal(302, first.Status);
        Assert.Equal(400, second.Status);
    }

    [Fact]
    public async Task Consent_never_grants_more_than_was_asked()
    {
        var browser = new Browser(Http);
        var page = await browser.OpenAsync(Authorize(scope: "todo:read"));
        page.Document.QuerySelector("input[type=checkbox]")!.SetAttribute("value", "todo:write");
        var answer = await browser.SubmitAsync(page, "Allow");
        var token = await RedeemAsync(answer["code"]!);

        Assert.Equal("", (string)token["scope"]!);
    }

    [Fact]
    public async Task The_sign_in_page_is_not_readable_for_other_origins()
    {
        var page = await new Browser(Http).OpenAsync(Authorize(), ("Origin", "http://localhost:3000"));

        Assert.NotEqual("*", page.Response.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed) ? allowed.Single() : null);
    }

    // ---- Tokens ----

    [Fact]
    public async Task A_second_use_of_a_code_revokes_what_came_from_it()
    {
        var code = await GetCodeAsync();
        var first = await RedeemAsync(code);

        await AssertErrorAsync("invalid_grant", Code(code));
        await AssertErrorAsync("invalid_grant", Refresh(first));
    }

    [Fact]
    public async Task A_wrong_verifier_burns_the_code()
    {
        var code = await GetCodeAsync();

        await AssertErrorAsync("invalid_grant", [.. Code(code).Where(field => field.Key != "code_verifier"), new("code_verifier", new string('x', 43))]);
        await AssertErrorAsync("invalid_grant", Code(code));
    }

    [Theory]
    [InlineData("client_id", "other", "invalid_client", 401)]
    [InlineData("redirect_uri", "http://127.0.0.1:1/other", "invalid_grant", 400)]
    [InlineData("resource", "https://other.contoso.com/mcp", "invalid_target", 400)]
    [InlineData("code", "guessed", "invalid_grant", 400)]
    [InlineData("grant_type", "password", "unsupported_grant_type", 400)]
    [InlineData("grant_type", "client_credentials", "unauthorized_client", 400)]
    public async Task A_code_is_bound_to_its_request(string field, string value, string error, int status)
    {
        var code = await GetCodeAsync();

        await AssertErrorAsync(error, [.. Code(code).Where(pair => pair.Key != field), new(field, value)], status);
    }

    [Fact]
    public async Task A_code_of_one_client_is_of_no_use_to_another()
    {
        var other = await RegisterAsync("Other", Callback);
        var code = await GetCodeAsync();

        await AssertErrorAsync("invalid_grant", [.. Code(code).Where(pair => pair.Key != "client_id"), new("client_id", other)]);
    }

    [Fact]
    public async Task Refresh_tokens_rotate_and_reuse_revokes_all()
    {
        var first = await SignInAsync();
        var second = await PostTokenAsync(Refresh(first));

        Assert.NotEqual((string)first["refresh_token"]!, (string)second["refresh_token"]!);
        Assert.Equal("todo:read todo:write", (string)second["scope"]!);
        await AssertErrorAsync("invalid_grant", Refresh(first));
        await AssertErrorAsync("invalid_grant", Refresh(second));
    }

    [Fact]
    public async Task Refresh_can_narrow_but_not_widen()
    {
        var first = await SignInAsync(keepChecked: ["todo:read"]);

        await AssertErrorAsync("invalid_scope", [.. Refresh(first), new("scope", "todo:read todo:write")]);
        var same = await PostTokenAsync([.. Refresh(first), new("scope", "todo:read")]);
        Assert.Equal("todo:read", (string)same["scope"]!);

        var both = await SignInAsync();
        var narrow = await PostTokenAsync([.. Refresh(both), new("scope", "todo:write")]);
        Assert.Equal("todo:write", (string)narrow["scope"]!);
        var back = await PostTokenAsync(Refresh(narrow));
        Assert.Equal("todo:read todo:write", (string)back["scope"]!);
    }

    [Fact]
    public async Task A_refresh_for_another_resource_is_refused_and_costs_nothing()
    {
        var first = await SignInAsync();

        await AssertErrorAsync("invalid_target", [.. Refresh(first), new("resource", "https://other.contoso.com/mcp")]);
        Assert.NotNull((await PostTokenAsync(Refresh(first)))["access_token"]);
    }

    [Fact]
    public async Task A_revoked_refresh_token_is_dead()
    {
        var first = await SignInAsync();
        using var response = await Http.PostAsync("/dev-auth/revoke", new FormUrlEncodedContent(
            [new("token", (string)first["refresh_token"]!), new("client_id", fixture.ClientId)]));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await AssertErrorAsync("invalid_grant", Refresh(first));
    }

    [Fact]
    public async Task Scripts_get_a_token_by_client_credentials()
    {
        using var basic = new HttpRequestMessage(HttpMethod.Post, "/dev-auth/token");
        basic.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("dev-script:dev-secret"u8));
        basic.Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("scope", "todo:read unknown")]);
        using var response = await Http.SendAsync(basic);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        Assert.Equal("todo:read", (string)answer["scope"]!);
        Assert.Equal("dev-script", Read(answer).Subject);
        Assert.Null(answer["refresh_token"]);
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());

        var all = await PostTokenAsync(
            [new("grant_type", "client_credentials"), new("client_id", "dev-script"), new("client_secret", "dev-secret")]);
        Assert.Equal("todo:read todo:write", (string)all["scope"]!);
    }

    [Theory]
    [InlineData("dev-script:wrong")]
    [InlineData("dev-script:")]
    [InlineData("dev-script")]
    [InlineData("nobody:dev-secret")]
    [InlineData("\xff\xfe:x")]
    [InlineData(null)]
    public async Task A_wrong_secret_is_refused(string? credentials)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/dev-auth/token");
        request.Headers.TryAddWithoutValidation("Authorization", "Basic " + (credentials is null ? "!!!" : Convert.ToBase64String(Encoding.Latin1.GetBytes(credentials))));
        request.Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]);
        using var response = await Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.StartsWith("Basic ", Assert.Single(response.Headers.NonValidated["WWW-Authenticate"]), StringComparison.Ordinal);
        Assert.Contains("invalid_client", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    // ---- Registration ----

    [Fact]
    public async Task A_registered_client_is_public_and_survives_a_restart()
    {
        var registration = await Http.PostAsJsonAsync("/dev-auth/register", new
        {
            client_name = "Editor",
            redirect_uris = new[] { Callback },
            token_endpoint_auth_method = "client_secret_post",
            scope = "todo:read",
        });
        var client = JsonNode.Parse(await registration.Content.ReadAsStringAsync())!;

        Assert.Equal(HttpStatusCode.Created, registration.StatusCode);
        Assert.Equal("none", (string)client["token_endpoint_auth_method"]!);
        Assert.Null(client["client_secret"]);
        Assert.Equal("todo:read", (string)client["scope"]!);

        await using var restarted = await TodoServer.StartAsync();
        var resource = new Uri(restarted.Address, "mcp").AbsoluteUri;
        var page = await new Browser(restarted.Client).OpenAsync(
            Authorize(clientId: (string)client["client_id"]!, change: ("resource", resource)));
        Assert.Equal(200, page.Status);
    }

    [Theory]
    [InlineData("""{"redirect_uris":["http://evil.contoso.com/cb"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["javascript:alert(1)"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["data:text/html,x"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["view-source:https://a.contoso.com/cb"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["https://a.contoso.com/cb#f"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["https://a.contoso.com/é"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["https://a.contoso.com/a\r\nb"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["vscode://x/\u202e"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["/relative"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":[null]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":[]}""", "invalid_redirect_uri")]
    [InlineData("{}", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["http://127.0.0.1/cb"],"grant_types":["password"]}""", "invalid_client_metadata")]
    [InlineData("""{"redirect_uris":["http://127.0.0.1/cb"],"response_types":["token"]}""", "invalid_client_metadata")]
    [InlineData("""{"redirect_uris":"http://127.0.0.1/cb"}""", "invalid_client_metadata")]
    [InlineData("null", "invalid_client_metadata")]
    [InlineData("[]", "invalid_client_metadata")]
    [InlineData("not json", "invalid_client_metadata")]
    [InlineData("", "invalid_client_metadata")]
    public async Task A_bad_registration_is_refused(string body, string error)
    {
        using var response = await Http.PostAsync("/dev-auth/register", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(error, (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!);
    }

    [Fact]
    public async Task A_registration_that_would_not_fit_into_a_URL_is_refused()
    {
        using var response = await Http.PostAsJsonAsync("/dev-auth/register", new
        {
            redirect_uris = Enumerable.Range(0, 100).Select(i => $"http://127.0.0.1/{i}/{new string('a', 100)}"),
        });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("invalid_client_metadata", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    // ---- For this machine only, and never a server error ----

    [Fact]
    public async Task A_foreign_host_name_is_refused()
    {
        // Allowed by AllowedHosts, so that the guard itself is reached.
        await using var server = await TodoServer.StartAsync(("AllowedHosts", "*"));
        var answer = await new Browser(server.Client).OpenAsync("/dev-auth/jwks", ("Host", "evil.contoso.com"));

        Assert.Equal(403, answer.Status);
    }

    [Fact]
    public async Task Who_does_not_come_over_the_loopback_interface_is_refused()
    {
        // Over a Unix socket, on which a proxy may sit, there is no remote address at all.
        var path = Path.Combine(Path.GetTempPath(), $"mcp-oauth-{Guid.NewGuid():N}.sock");
        await using var server = await TodoServer.StartAsync(("ASPNETCORE_URLS", "{address};http://unix:" + path));
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { BaseAddress = server.Address };

        Assert.Equal(403, (await new Browser(http).OpenAsync("/dev-auth/jwks")).Status);
        Assert.Equal(200, (await new Browser(server.Client).OpenAsync("/dev-auth/jwks")).Status);
    }

    [Fact]
    public async Task It_is_absent_when_the_issuer_is_another_one()
    {
        await using var server = await TodoServer.StartAsync(("OAuth__Issuer", "https://login.contoso.com/tenant"));
        using var response = await server.Client.GetAsync("/dev-auth/jwks");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task It_is_absent_outside_Development()
    {
        await using var server = await TodoServer.StartAsync(
            "Production",
            ("OAuth__Issuer", "https://login.contoso.com"), ("OAuth__Resource", "https://mcp.contoso.com/mcp"), ("AllowedHosts", "*"));
        using var response = await server.Client.GetAsync("/dev-auth/jwks");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("authorize")]
    [InlineData("token")]
    [InlineData("register")]
    [InlineData("revoke")]
    public async Task An_odd_request_is_the_fault_of_the_client(string path)
    {
        string?[] types =
        [
            null, "text/plain", "application/json", "application/json; charset=nonsense", "application/json; charset=utf-7",
            "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-7", "multipart/form-data",
            "multipart/form-data; boundary=b",
        ];
        string[] bodies =
        [
            "", "x", "{}", "%%%&=&=%00", "grant_type=authorization_code&grant_type=refresh_token&client_id=x", "--b\r\nbroken",
            string.Concat(Enumerable.Range(0, 3000).Select(i => $"k{i}=v&")), "token=" + new string('a', 60_000),
        ];
        foreach (var (type, body) in from type in types from body in bodies select (type, body))
        {
            using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (type is not null)
            {
                content.Headers.TryAddWithoutValidation("Content-Type", type);
            }

            using var response = await Http.PostAsync("/dev-auth/" + path, content);

            Assert.True((int)response.StatusCode is >= 400 and < 500, $"{response.StatusCode} for {type}: {body[..Math.Min(80, body.Length)]}");
        }
    }

    // ---- Client ID Metadata Documents ----

    [Fact]
    public async Task A_client_can_be_described_by_a_document_at_its_id()
    {
        await using var documents = await ClientDocuments.StartAsync();
        var browser = new Browser(Http);
        var page = await browser.OpenAsync(Authorize(clientId: documents.Url("good")));
        Assert.Contains("Documented client", page.Text, StringComparison.Ordinal);

        var answer = await browser.SubmitAsync(page, "Allow");
        var token = await PostTokenAsync(
            [.. Code(answer["code"]!).Where(pair => pair.Key != "client_id"), new("client_id", documents.Url("good"))]);
        Assert.Equal(documents.Url("good"), Read(token).GetPayloadValue<string>("client_id"));
    }

    [Theory]
    [InlineData("redirect")]
    [InlineData("other-id")]
    [InlineData("too-large")]
    [InlineData("html")]
    [InlineData("missing")]
    [InlineData("shared-secret")]
    [InlineData("foreign-redirect-uri")]
    [InlineData("not-json")]
    public async Task A_document_that_breaks_a_rule_is_refused(string name)
    {
        await using var documents = await ClientDocuments.StartAsync();
        var answer = await new Browser(Http).OpenAsync(Authorize(clientId: documents.Url(name)));

        Assert.Equal(400, answer.Status);
        Assert.DoesNotContain("/followed", documents.Requests);
    }

    [Theory]
    [InlineData("https://10.0.0.1/client")]
    [InlineData("https://169.254.169.254/client")]
    [InlineData("https://192.168.0.1/client")]
    [InlineData("https://100.64.0.1/client")]
    [InlineData("https://[::ffff:10.0.0.1]/client")]
    [InlineData("https://[fd00::1]/client")]
    [InlineData("https://[fe80::1]/client")]
    [InlineData("https://[64:ff9b::a00:1]/client")]
    [InlineData("https://[2002:a00:1::]/client")]
    [InlineData("https://0.0.0.0/client")]
    [InlineData("http://contoso.com/client")]
    [InlineData("https://localhost")]
    [InlineData("https://user@localhost/client")]
    [InlineData("https://localhost/client#fragment")]
    [InlineData("ftp://localhost/client")]
    [InlineData("file:///etc/passwd")]
    public async Task A_document_is_not_fetched_from_a_private_network(string clientId)
    {
        var answer = await new Browser(Http).OpenAsync(Authorize(clientId: clientId));

        Assert.Equal(400, answer.Status);
        Assert.Null(answer.Response.Headers.Location);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("[::ffff:0.0.0.0]", false)]
    public async Task Not_even_a_connection_is_made_where_none_is_allowed(string host, bool expected)
    {
        // Both reach this listener: 0.0.0.0 is no address of the public internet, but leads to this machine.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var accepted = listener.AcceptTcpClientAsync();
        var request = new Browser(Http).OpenAsync(Authorize(clientId: $"https://{host}:{port}/client"));
        if (await Task.WhenAny(accepted, request) == accepted)
        {
            (await accepted).Dispose();
        }

        Assert.Equal(400, (await request).Status);
        Assert.Equal(expected, accepted.IsCompletedSuccessfully);
    }

    // ---- Settings ----

    [Fact]
    public async Task Auto_approval_is_for_loopback_redirects_and_for_scripts()
    {
        await using var server = await TodoServer.StartAsync(("DevAuth__AutoApprove", "true"));
        var browser = new Browser(server.Client);
        var resource = new Uri(server.Address, "mcp").AbsoluteUri;

        string Url(string redirectUri) => Authorize(
            clientId: Task.Run(() => RegisterAsync("Script", redirectUri)).Result, redirectUri: redirectUri, change: ("resource", resource));

        var loopback = Url(Callback);
        Assert.NotNull((await browser.OpenAsync(loopback))["code"]);
        Assert.Equal(200, (await browser.OpenAsync(loopback, ("Sec-Fetch-Site", "cross-site"))).Status);
        Assert.Equal(200, (await browser.OpenAsync(loopback, ("Sec-Fetch-Site", "none"))).Status);
        Assert.Equal(403, (await browser.OpenAsync(loopback, ("Origin", "https://evil.contoso.com"))).Status);
        Assert.Equal(200, (await browser.OpenAsync(Url("https://evil.contoso.com/cb"))).Status);
        Assert.Equal(200, (await browser.OpenAsync(Url("vscode://publisher.extension/cb"))).Status);
    }

    [Fact]
    public async Task Refresh_tokens_can_be_switched_off()
    {
        await using var server = await TodoServer.StartAsync(("DevAuth__RefreshTokens", "false"));
        var metadata = await server.Client.GetStringAsync("/dev-auth/.well-known/openid-configuration");

        Assert.DoesNotContain("refresh_token", metadata, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_up_tells_the_URL_and_how_to_connect()
    {
        await Poll.UntilContainsAsync(() => fixture.Server.Output, $"claude mcp add -t http todoserver {Resource}");
        Assert.Contains(Resource, fixture.Server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("warn:", fixture.Server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_the_settings_do_not_name_is_warned_about()
    {
        await using var server = await TodoServer.StartAsync(
            ("OAuth__Issuer", "http://localhost:1/dev-auth"), ("OAuth__Resource", "http://localhost:1/mcp"));

        await Poll.UntilAsync(() => Task.FromResult(server.Output.Contains("warn:", StringComparison.Ordinal)));
    }

    // ---- The requests of a client ----

    private string Authorize(
        string? clientId = null, string? redirectUri = null, string? scope = null, string? state = null, (string Name, string? Value)? change = null)
    {
        var query = new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = clientId ?? fixture.ClientId,
            ["redirect_uri"] = redirectUri ?? Callback,
            ["code_challenge"] = Fixture.Challenge,
            ["code_challenge_method"] = "S256",
            ["resource"] = Resource,
            ["scope"] = scope,
            ["state"] = state,
        };
        if (change is { } changed)
        {
            query[changed.Name] = changed.Value;
        }

        return QueryHelpers.AddQueryString("/dev-auth/authorize", query.Where(pair => pair.Value is not null));
    }

    private async Task<string> GetCodeAsync(string? scope = null, string? user = null, string[]? keepChecked = null)
    {
        var browser = new Browser(Http);
        return (await browser.SubmitAsync(await browser.OpenAsync(Authorize(scope: scope)), "Allow", user, keepChecked))["code"]!;
    }

    private async Task<JsonNode> SignInAsync(string? scope = null, string? user = null, string[]? keepChecked = null) =>
        await RedeemAsync(await GetCodeAsync(scope, user, keepChecked));

    private Task<JsonNode> RedeemAsync(string code) => PostTokenAsync(Code(code));

    private KeyValuePair<string, string>[] Code(string code) =>
    [
        new("grant_type", "authorization_code"), new("code", code), new("client_id", fixture.ClientId),
        new("redirect_uri", Callback), new("code_verifier", Fixture.Verifier), new("resource", Resource),
    ];

    private KeyValuePair<string, string>[] Refresh(JsonNode tokens) =>
    [
        new("grant_type", "refresh_token"), new("refresh_token", (string)tokens["refresh_token"]!), new("client_id", fixture.ClientId),
    ];

    private async Task<JsonNode> PostTokenAsync(KeyValuePair<string, string>[] fields)
    {
        using var response = await Http.PostAsync("/dev-auth/token", new FormUrlEncodedContent(fields));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return JsonNode.Parse(text)!;
    }

    private async Task AssertErrorAsync(string error, KeyValuePair<string, string>[] fields, int status = 400)
    {
        using var response = await Http.PostAsync("/dev-auth/token", new FormUrlEncodedContent(fields));
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal((status, error), ((int)response.StatusCode, (string?)JsonNode.Parse(text)!["error"]));
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
    }

    private Task<string> RegisterAsync(string name, string redirectUri) => Fixture.RegisterAsync(Http, name, redirectUri);

    private static JsonWebToken Read(JsonNode tokens) => new((string)tokens["access_token"]!);

    public sealed class Fixture : IAsyncLifetime
    {
        public const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk-0123456789";

        public static string Challenge { get; } = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

        public string ClientId { get; private set; } = "";

        internal ServerProcess Server { get; private set; } = null!;

        public static async Task<string> RegisterAsync(HttpClient http, string name, string redirectUri)
        {
            using var response = await http.PostAsJsonAsync(
                "/dev-auth/register", new { client_name = name, redirect_uris = new[] { redirectUri }, token_endpoint_auth_method = "none" });
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.StatusCode == HttpStatusCode.Created, text);
            return (string)JsonNode.Parse(text)!["client_id"]!;
        }

        public async Task InitializeAsync()
        {
            Server = await TodoServer.StartAsync(("DevAuth__AllowLoopbackClientIds", "true"));
            ClientId = await RegisterAsync(Server.Client, "Test client", Callback);
        }

        public async Task DisposeAsync() => await Server.DisposeAsync();
    }
}
