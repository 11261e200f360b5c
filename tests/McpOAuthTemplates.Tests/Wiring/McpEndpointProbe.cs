using System.Text;
using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.Infrastructure;
using McpOAuthTemplates.Tests.Server;
using Microsoft.IdentityModel.Tokens;

namespace McpOAuthTemplates.Tests.Wiring;

/// <summary>
/// The behavior of a protected MCP endpoint in short, for an app of any shape: what is not as it must be comes as a list, so that one
/// run tells all. The whole suite runs for some of them.
/// </summary>
internal sealed class McpEndpointProbe
{
    private const string Evil = "https://evil.contoso.com";
    private const string Inspector = "http://localhost:6274";

    private readonly ExistingApp _app;
    private readonly ServerProcess _server;
    private readonly AppCallers _callers;
    private readonly string _resource;
    private readonly string _metadataUrl;
    private readonly List<string> _problems = [];

    private McpEndpointProbe(ExistingApp app, ServerProcess server, AppCallers callers)
    {
        _app = app;
        _server = server;
        _callers = callers;
        _resource = app.GetResource(server);
        _metadataUrl = new Uri(server.Address, ".well-known/oauth-protected-resource" + app.McpPath).AbsoluteUri;
    }

    private string Challenge => $"Bearer realm=\"OAuth\", resource_metadata=\"{_metadataUrl}\", scope=\"todo:read todo:write\"";

    private string GoodToken => _callers.CreateMcpToken(_app, _server);

    public static async Task<IReadOnlyList<string>> RunAsync(ExistingApp app, ServerProcess server, AppCallers callers)
    {
        var probe = new McpEndpointProbe(app, server, callers);
        await probe.CheckWithoutTokenAsync();
        await probe.CheckGoodTokensAsync();
        await probe.CheckScopesAsync();
        await probe.CheckBadTokensAsync();
        await probe.CheckOriginsAsync();
        await probe.CheckHostAndBodyAsync();
        await probe.CheckMetadataAsync();
        await probe.CheckHealthAsync();
        if (app.SignsIn)
        {
            await probe.CheckCookieAsync();
        }

        return probe._problems;
    }

    private async Task CheckWithoutTokenAsync()
    {
        await ExpectAsync("no token", CreateCall("whoami", token: null), 401, Challenge);
        await ExpectAsync("no token, list", Create("tools/list", token: null), 401, Challenge);

        if (!_app.Requests.Any(request => request.Path == _app.McpPath))
        {
            using var get = new HttpRequestMessage(HttpMethod.Get, _resource);
            await ExpectAsync("GET without a token", get, 401, Challenge);
        }

        using var query = CreateCall("whoami", token: null);
        query.RequestUri = new Uri($"{_resource}?access_token=SECRET{GoodToken}");
        await ExpectAsync("token in the query", query, 401, Challenge);
        if (_server.Output.Contains("SECRET", StringComparison.Ordinal))
        {
            var lines = _server.Output.Split('\n').Where(line => line.Contains("SECRET", StringComparison.Ordinal));
            Report("token in the query: it is logged", lines.First());
        }
    }

    private async Task CheckGoodTokensAsync()
    {
        using var response = await SendAsync(CreateCall("whoami", GoodToken));
        var text = await response.Content.ReadAsStringAsync();
        Check("good token", (int)response.StatusCode == 200 && text.Contains("subject: alice", StringComparison.Ordinal), 200, response, text);
        await ExpectAsync("good token, scoped tool", CreateCall("list_todos", GoodToken), 200);
    }

    private async Task CheckScopesAsync()
    {
        var reader = _callers.Issuer.CreateToken(_resource, "todo:read");
        await ExpectAsync("scope is there", CreateCall("list_todos", reader), 200);
        await ExpectAsync("scope is missing", CreateCall("add_todo", reader), 403, GetScopeChallenge("todo:read todo:write"));

        using var disguised = CreateCall("add_todo", reader);
        disguised.Headers.Add("X-HTTP-Method-Override", "GET");
        await ExpectAsync("scope is missing, GET by override", disguised, 403, GetScopeChallenge("todo:read todo:write"));

        // A tool that was there before, with the attribute that the next steps show.
        if (!_app.HasOnlySampleTools && _app.Template is not ["mcpserver", ..])
        {
            var other = _callers.Issuer.CreateToken(_resource, "other");
            using var refused = await SendAsync(CreateCall("get_note", other));
            Check("own tool without its scope", (int)refused.StatusCode == 403, 403, refused);
            await ExpectAsync("own tool", CreateCall("get_note", reader), 200);
        }
    }

    private async Task CheckBadTokensAsync()
    {
        var issuer = _callers.Issuer;
        var own = _callers.OwnIssuer;
        var foreignKey = new SigningCredentials(own.Key, SecurityAlgorithms.RsaSha256);
        (string Name, string Token)[] tokens =
        [
            ("other audience", issuer.CreateToken(_resource + "/x")),
            ("no audience", issuer.CreateToken(_resource, claims: ("aud", null))),
            ("expired", issuer.CreateToken(_resource, claims: ("exp", DateTimeOffset.UtcNow.AddMinutes(-2).ToUnixTimeSeconds()))),
            ("other issuer in the token", issuer.CreateToken(_resource, claims: ("iss", own.Issuer))),
            ("token of the other issuer", own.CreateToken(_resource, "todo:read todo:write")),
            ("token of the app's own endpoints", _callers.CreateOwnToken()),
            ("key of the other issuer", issuer.CreateToken(_resource, "todo:read", signedBy: foreignKey)),
            ("line feed in the issuer", issuer.CreateToken(_resource, claims: ("iss", "a\r\nSet-Cookie: x=\"y\""))),
            ("line feed in the audience", issuer.CreateToken("a\r\nSet-Cookie: x=\"y\"")),
            ("garbage", "garbage"),
        ];
        foreach (var (name, token) in tokens)
        {
            await ExpectInvalidTokenAsync(name, token);
        }

        if (_app.Settings.Any(setting => setting.Name == "OAuth__RequiredClaims__client_id__0"))
        {
            await ExpectInvalidTokenAsync("required claim", issuer.CreateToken(_resource, claims: ("client_id", "other-client")));
        }
    }

    private async Task CheckOriginsAsync()
    {
        using var evil = CreateCall("whoami", GoodToken);
        evil.Headers.Add("Origin", Evil);
        using var refused = await SendAsync(evil);
        var isShut = (int)refused.StatusCode == 403 && !refused.Headers.Contains("Access-Control-Allow-Origin");
        Check("foreign page", isShut, 403, refused);

        using var page = CreateCall("whoami", GoodToken);
        page.Headers.Add("Origin", Inspector);
        using var allowed = await SendAsync(page);
        Check("allowed page", (int)allowed.StatusCode == 200 && HasHeader(allowed, "Access-Control-Allow-Origin", Inspector), 200, allowed);
        Check("allowed page, credentials", !allowed.Headers.Contains("Access-Control-Allow-Credentials"), 200, allowed);

        const string Headers = "authorization,content-type,mcp-method,mcp-name,mcp-protocol-version";
        using var preflight = await SendAsync(CrossOriginTests.CreatePreflight(_resource, Inspector, "POST", Headers));
        var isOpen = (int)preflight.StatusCode == 204
            && HasHeader(preflight, "Access-Control-Allow-Origin", Inspector)
            && HasHeader(preflight, "Access-Control-Allow-Headers", "mcp-name");
        Check("preflight of an allowed page", isOpen, 204, preflight);

        using var evilPreflight = await SendAsync(CrossOriginTests.CreatePreflight(_resource, Evil, "POST", Headers));
        Check("preflight of a foreign page", !evilPreflight.Headers.Contains("Access-Control-Allow-Origin"), 403, evilPreflight);
    }

    private async Task CheckHostAndBodyAsync()
    {
        // Whatever "AllowedHosts" says, which is "*" in the settings of a template.
        using var rebound = CreateCall("whoami", GoodToken);
        rebound.Headers.Host = "evil.contoso.com";
        await ExpectAsync("foreign host", rebound, 400);

        using var large = CreateCall("whoami", GoodToken);
        large.Content = new StringContent("{}".PadRight(1024 * 1024 + 1), Encoding.UTF8, "application/json");
        large.Headers.ExpectContinue = true;
        await ExpectAsync("large body", large, 413);
    }

    private async Task CheckMetadataAsync()
    {
        var root = new Uri(_server.Address, ".well-known/oauth-protected-resource").AbsoluteUri;
        foreach (var url in new[] { root, _metadataUrl })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Add("Origin", Evil);
            using var response = await SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            var isRight = (int)response.StatusCode == 200
                && HasHeader(response, "Access-Control-Allow-Origin", "*")
                && IsMetadata(text);
            Check(url, isRight, 200, response, text);
        }
    }

    private async Task CheckHealthAsync()
    {
        foreach (var path in new[] { "/healthz", "/readyz" })
        {
            if (_app.Requests.All(request => request.Path != path))
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, path);
                await ExpectAsync(path, request, 200);
            }
        }
    }

    private async Task CheckCookieAsync()
    {
        var cookie = await AppCallers.SignInAsync(_server);
        foreach (var tool in new[] { "whoami", "add_todo" })
        {
            using var alone = CreateCall(tool, token: null);
            alone.Headers.Add("Cookie", cookie);
            await ExpectAsync($"cookie alone, {tool}", alone, 401, Challenge);
        }

        using var both = CreateCall("list_todos", GoodToken);
        both.Headers.Add("Cookie", cookie);
        await ExpectAsync("cookie and token", both, 200);

        using var without = CreateCall("add_todo", _callers.Issuer.CreateToken(_resource, "todo:read"));
        without.Headers.Add("Cookie", cookie);
        await ExpectAsync("cookie, and token without the scope", without, 403, GetScopeChallenge("todo:read todo:write"));
    }

    private HttpRequestMessage CreateCall(string tool, string? token) =>
        Create("tools/call", token, new { name = tool, arguments = new { title = "Buy milk" } });

    private HttpRequestMessage Create(string method, string? token, object? parameters = null)
    {
        var request = McpRequests.Create(method, token, parameters);
        request.RequestUri = new Uri(_resource);
        return request;
    }

    private string GetScopeChallenge(string scope) =>
        "Bearer realm=\"OAuth\", error=\"insufficient_scope\", error_description=\"This operation requires the scope todo:write.\", "
        + $"scope=\"{scope}\", resource_metadata=\"{_metadataUrl}\"";

    private async Task ExpectInvalidTokenAsync(string name, string token)
    {
        using var response = await SendAsync(CreateCall("whoami", token));
        var challenge = GetChallenge(response);
        var isRight = (int)response.StatusCode == 401
            && challenge.StartsWith(Challenge + ", error=\"invalid_token\", error_description=\"", StringComparison.Ordinal)
            && challenge.Split('"').Length == 11
            && !response.Headers.Contains("Set-Cookie");
        Check(name, isRight, 401, response);
    }

    private async Task ExpectAsync(string name, HttpRequestMessage request, int status, string? challenge = null)
    {
        using var response = await SendAsync(request);
        var isRight = (int)response.StatusCode == status && (challenge is null || GetChallenge(response) == challenge);
        var text = isRight ? "" : await response.Content.ReadAsStringAsync();
        Check(name, isRight, status, response, text);
    }

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => _server.Client.SendAsync(request);

    private void Check(string name, bool isRight, int expected, HttpResponseMessage response, string text = "")
    {
        if (!isRight)
        {
            var actual = $"{(int)response.StatusCode} {response.Headers}{text[..Math.Min(text.Length, 400)]}";
            Report($"{name}: expected {expected}", actual);
        }
    }

    private void Report(string name, string actual) => _problems.Add($"{name}, but got {actual.ReplaceLineEndings(" ").Trim()}");

    private bool IsMetadata(string text)
    {
        try
        {
            var metadata = JsonNode.Parse(text)!;
            return (string?)metadata["resource"] == _resource
                && (string?)metadata["authorization_servers"]?[0] == _callers.Issuer.Issuer;
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }

    private static string GetChallenge(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("WWW-Authenticate", out var values) ? string.Join(" AND ", values) : "";

    private static bool HasHeader(HttpResponseMessage response, string name, string part) =>
        response.Headers.TryGetValues(name, out var values)
        && values.Any(value => value.Contains(part, StringComparison.OrdinalIgnoreCase));
}
