using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.Infrastructure;
using McpOAuthTemplates.Tests.Providers;

namespace McpOAuthTemplates.Tests.Registration;

/// <summary>The metadata that leads clients to the provider, and the endpoint at which they register.</summary>
[Collection(nameof(EntraServer))]
public sealed class RegistrationTests(EntraServer entra)
{
    private const string Known = "http://127.0.0.1/callback";

    private static readonly string s_tooLong =
        $$"""{"redirect_uris":["{{Known}}"],"client_name":"{{new string('x', 66_000)}}"}""";

    private static readonly string s_deep = new string('[', 1000) + new string(']', 1000);

    /// <summary>A body, and the status and the error that it gets.</summary>
    public static TheoryData<string, string> HostileBodies => new()
    {
        { "", "400 invalid_client_metadata" },
        { "null", "400 invalid_client_metadata" },
        { "[]", "400 invalid_client_metadata" },
        { "redirect_uris=http://127.0.0.1/callback", "400 invalid_client_metadata" },
        { "{}", "400 invalid_client_metadata" },
        { """{"redirect_uris":null}""", "400 invalid_client_metadata" },
        { """{"redirect_uris":"http://127.0.0.1/callback"}""", "400 invalid_client_metadata" },
        { """{"redirect_uris":[{"uri":"http://127.0.0.1/callback"}]}""", "400 invalid_client_metadata" },
        { """{"redirect_uris":[1]}""", "400 invalid_client_metadata" },
        { """{"redirect_uris":["http://127.0.0.1/callback"]} {}""", "400 invalid_client_metadata" },
        { $$"""{"redirect_uris":["https://evil.com/"],"redirect_uris":["{{Known}}"]}""", "400 invalid_client_metadata" },
        { """{"redirect_uris":["\ud800"]}""", "400 invalid_client_metadata" },
        { $$"""{"redirect_uris":{{s_deep}}}""", "400 invalid_client_metadata" },
        { $$"""{"redirect_uris":["{{Known}}"],"jwks":{{s_deep}}}""", "400 invalid_client_metadata" },
        { s_tooLong, "413 invalid_client_metadata" },
        { """{"redirect_uris":[]}""", "400 invalid_redirect_uri" },
        { """{"redirect_uris":[null]}""", "400 invalid_redirect_uri" },
        { """{"redirect_uris":[""]}""", "400 invalid_redirect_uri" },
        { $$"""{"redirect_uris":["{{Known}}","https://evil.com/"]}""", "400 invalid_redirect_uri" },
        { """{"redirect_uris":["javascript:alert(1)"]}""", "400 invalid_redirect_uri" },
        { """{"redirect_uris":["http://127.0.0.1/callback\u0000"]}""", "400 invalid_redirect_uri" },
    };

    public static TheoryData<string> ForeignUris => new(
        // Other ways to write the address.
        "http://127.1:9/callback", "http://2130706433:9/callback", "http://0x7f.0.0.1:9/callback",
        "http://127.0.0.2:9/callback", "http://[::ffff:127.0.0.1]:9/callback", "http://[::1]:9/callback",
        "http://localhost.:9/callback", "http://0.0.0.0:9/callback",

        // Other ways to write scheme and host.
        "HTTP://localhost:9/callback", "http://LOCALHOST:9/callback", "https://localhost:9/callback",
        "http://localhost.evil.com:9/callback",

        // Other paths.
        "http://localhost:9/a/../callback", "http://localhost:9/./callback", "http://localhost:9//callback",
        "http://localhost:9/callback/", "http://localhost:9/%63allback", "http://localhost:9/callback?next=/",
        "http://localhost:9/callback#code", "http://localhost:9", "http://localhost:9/other",
        "http://localhost:9/Callback", "http://localhost:9\\callback",

        // What is no port.
        "http://localhost:9@evil.com/callback", "http://user@localhost:9/callback", "http://localhost:/callback",
        "http://localhost:0/callback", "http://localhost:09/callback", "http://localhost:65536/callback",
        "http://localhost:+9/callback", "http://localhost:9 /callback", "http://localhost:٩/callback",
        "http://localhost:9/callback:9/callback",

        // What has no open port.
        "https://vscode.dev:444/redirect", "https://vscode.dev/redirect/", "https://vscode.dev.evil.com/redirect",
        "cursor://anysphere.cursor-mcp:9/oauth/callback", "cursor://anysphere.cursor-mcp/oauth/callback/",
        "CURSOR://anysphere.cursor-mcp/oauth/callback");

    /// <summary>What clients register.</summary>
    public static TheoryData<string[]> OwnUris => new(
        ["http://127.0.0.1/callback"],
        ["http://127.0.0.1:6276/oauth/callback"],
        ["http://localhost:65535/callback", "http://localhost:1/oauth/callback"],
        ["https://insiders.vscode.dev/redirect", "https://vscode.dev/redirect", "http://127.0.0.1/", "http://127.0.0.1:33418/"],
        [
            "cursor://anysphere.cursor-mcp/oauth/callback",
            "https://www.cursor.com/agents/mcp/oauth/callback",
            "http://localhost:8787/callback",
        ],
        ["https://claude.ai/api/mcp/auth_callback"]);

    [Fact]
    public async Task The_metadata_leads_to_the_provider_and_to_the_registration()
    {
        var issuer = new Uri(entra.Server.Address, "oauth").AbsoluteUri;
        var provider = JsonNode.Parse(await GetAsync(new Uri(entra.Entra.DiscoveryUrl)))!;
        var expected = new JsonObject
        {
            ["issuer"] = issuer,
            ["authorization_endpoint"] = (string)provider["authorization_endpoint"]!,
            ["token_endpoint"] = (string)provider["token_endpoint"]!,
            ["jwks_uri"] = (string)provider["jwks_uri"]!,
            ["registration_endpoint"] = $"{issuer}/register",
            ["scopes_supported"] = new JsonArray(
                $"{entra.ScopePrefix}todo:read", $"{entra.ScopePrefix}todo:write", "offline_access"),
            ["response_types_supported"] = new JsonArray("code"),
            ["grant_types_supported"] = new JsonArray("authorization_code", "refresh_token"),
            ["token_endpoint_auth_methods_supported"] = new JsonArray("none"),
            ["code_challenge_methods_supported"] = new JsonArray("S256"),
            ["subject_types_supported"] = new JsonArray("pairwise"),
            ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
        };

        var resource = JsonNode.Parse(await entra.Http.GetStringAsync("/.well-known/oauth-protected-resource/mcp"))!;
        Assert.Equal([issuer], resource["authorization_servers"]!.AsArray().Select(server => (string?)server));
        string[] places =
        [
            "/.well-known/oauth-authorization-server/oauth",
            "/.well-known/openid-configuration/oauth",
            "/oauth/.well-known/openid-configuration",
        ];
        foreach (var place in places)
        {
            // Neither the host of the request nor a header of a proxy changes it, and any page may read it.
            using var request = new HttpRequestMessage(HttpMethod.Get, place);
            request.Headers.Host = "evil.com";
            request.Headers.Add("X-Forwarded-Host", "evil.com");
            request.Headers.Add("Origin", "https://app.contoso.com");
            using var response = await entra.Http.SendAsync(request);
            var metadata = JsonNode.Parse(await response.Content.ReadAsStringAsync());

            Assert.True(JsonNode.DeepEquals(expected, metadata), metadata?.ToJsonString());
            Assert.Equal("public, max-age=300", response.Headers.CacheControl?.ToString());
            Assert.Equal(["*"], response.Headers.GetValues("Access-Control-Allow-Origin"));
        }

        using var elsewhere = await entra.Http.GetAsync("/.well-known/oauth-authorization-server");
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
    }

    [Theory]
    [MemberData(nameof(OwnUris))]
    public async Task Each_client_gets_the_one_client_id(string[] uris)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth/register")
        {
            Content = Json(JsonSerializer.Serialize(new
            {
                redirect_uris = uris,
                client_name = "A client",
                token_endpoint_auth_method = "client_secret_post",
                grant_types = new[] { "client_credentials" },
            })),
        };
        request.Headers.Add("Origin", "https://app.contoso.com");
        using var response = await entra.Http.SendAsync(request);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync());
        var expected = new JsonObject
        {
            ["client_id"] = EntraEmulator.ClientApp,
            ["redirect_uris"] = new JsonArray([.. uris.Select(uri => JsonValue.Create(uri))]),
            ["token_endpoint_auth_method"] = "none",
            ["grant_types"] = new JsonArray("authorization_code", "refresh_token"),
            ["response_types"] = new JsonArray("code"),
        };

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.True(JsonNode.DeepEquals(expected, answer), answer?.ToJsonString());
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        Assert.Equal(["*"], response.Headers.GetValues("Access-Control-Allow-Origin"));
    }

    /// <summary>What is missing in one of the lists is refused: here, or at the provider.</summary>
    [Fact]
    public async Task The_page_of_the_provider_has_the_redirect_URIs_of_the_settings()
    {
        var page = await EntraServer.ReadPageAsync();
        var json = page[page.IndexOf("{\"publicClient\"", StringComparison.Ordinal)..];
        var body = JsonNode.Parse(json[..json.IndexOf('\'', StringComparison.Ordinal)])!;
        var uris = body["publicClient"]!["redirectUris"]!.AsArray().Select(uri => (string)uri!);

        Assert.Equal(await EntraServer.ReadRedirectUrisAsync(), uris);
    }

    [Fact]
    public async Task A_client_that_is_a_web_page_may_register()
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/oauth/register");
        request.Headers.Add("Origin", "https://app.contoso.com");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "content-type");
        using var response = await entra.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(["*"], response.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Equal(["content-type"], response.Headers.GetValues("Access-Control-Allow-Headers"));
    }

    [Theory]
    [MemberData(nameof(HostileBodies))]
    public async Task A_hostile_registration_is_refused(string body, string expected) =>
        Assert.Equal(expected, await RegisterAsync(Json(body)));

    [Fact]
    public async Task What_is_not_JSON_in_UTF_8_is_refused()
    {
        var good = $$"""{"redirect_uris":["{{Known}}"]}""";
        var noText = new ByteArrayContent([.. "{\"redirect_uris\":[\""u8, 0xFF, .. "\"]}"u8]);
        noText.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        Assert.Equal("400 invalid_client_metadata", await RegisterAsync(noText));
        Assert.Equal("415 invalid_request", await RegisterAsync(new StringContent(good, Encoding.UTF8, "text/plain")));
        Assert.Equal("415 invalid_request", await RegisterAsync(new StringContent(good, Encoding.Unicode, "application/json")));
        Assert.Equal("415 invalid_request", await RegisterAsync(new ByteArrayContent(Encoding.UTF8.GetBytes(good))));
        var compressed = Json(good);
        compressed.Headers.ContentEncoding.Add("gzip");
        Assert.Equal("415 invalid_request", await RegisterAsync(compressed));
    }

    [Fact]
    public async Task A_body_without_a_length_is_not_longer_than_others()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth/register") { Content = Json(s_tooLong) };
        request.Headers.TransferEncodingChunked = true;
        using var response = await entra.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);

        using var other = new HttpRequestMessage(HttpMethod.Put, "/oauth/register") { Content = Json("{}") };
        using var refused = await entra.Http.SendAsync(other);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, refused.StatusCode);
    }

    [Fact]
    public async Task A_broken_body_is_no_error_of_the_server()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, entra.Server.Address.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            "POST /oauth/register HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\nZZ\r\n"));
        using var reader = new StreamReader(stream);

        Assert.StartsWith("HTTP/1.1 400 ", await reader.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(ForeignUris))]
    public async Task A_foreign_redirect_URI_is_refused(string uri)
    {
        var body = JsonSerializer.Serialize(new { redirect_uris = new[] { uri } });
        Assert.Equal("400 invalid_redirect_uri", await RegisterAsync(Json(body)));
    }

    [SkippableFact]
    public async Task Registrations_are_limited_by_address()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only Linux has all of 127.0.0.0/8 without set-up.");
        using var flood = ConnectFrom("127.0.0.9");
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 121; i++)
        {
            using var response = await flood.PostAsync(new Uri(entra.Server.Address, "oauth/register"), Json("{}"));
            statuses.Add(response.StatusCode);
            Assert.Equal(response.StatusCode == HttpStatusCode.TooManyRequests, response.Headers.RetryAfter is not null);
        }

        Assert.Equal(HttpStatusCode.BadRequest, statuses[0]);
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
        using var other = ConnectFrom("127.0.0.10");
        using var answered = await other.PostAsync(new Uri(entra.Server.Address, "oauth/register"), Json("{}"));
        Assert.Equal(HttpStatusCode.BadRequest, answered.StatusCode);
    }

    private static StringContent Json(string json) => new(json, new MediaTypeHeaderValue("application/json"));

    private static async Task<string> GetAsync(Uri url)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        return await client.GetStringAsync(url);
    }

    private static HttpClient ConnectFrom(string address) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    private async Task<string> RegisterAsync(HttpContent content)
    {
        using (content)
        {
            using var response = await entra.Http.PostAsync("/oauth/register", content);
            var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
            Assert.NotNull((string?)answer["error_description"]);
            return $"{(int)response.StatusCode} {answer["error"]}";
        }
    }
}
