using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Providers;

/// <summary>
/// Each preset with its provider, but without an account: the generated server runs as in production, with nothing but its preset
/// and the values of the table, and the provider is emulated at its own host names.
/// </summary>
public sealed partial class ProviderTests : IAsyncLifetime
{
    private static readonly string[] s_foreignScopes =
    [
        "openid", "api://other/todo:read", "https://other.contoso.com/mcp/todo:read", ProviderTable.Resource + "/other/todo:read",
        ProviderTable.Resource + "todo:read", "other/" + ProviderTable.Resource + "/todo:read", "todo:reader", "TODO:READ",
    ];

    private ProviderHosts _hosts = null!;

    public ProviderTests() => Skip.IfNot(
        OperatingSystem.IsLinux(), "Only on Linux can the environment of a process say which certificates it trusts.");

    public async Task InitializeAsync() => _hosts = await ProviderHosts.StartAsync();

    public async Task DisposeAsync() => await _hosts.DisposeAsync();

    [SkippableTheory]
    [MemberData(nameof(ProviderTable.Names), MemberType = typeof(ProviderTable))]
    public async Task A_preset_leads_clients_to_its_provider_and_accepts_its_good_tokens_only(string name)
    {
        var provider = ProviderTable.Get(name);
        var emulator = new ProviderEmulator(provider, _hosts);
        await using var server = await StartAsync(provider, [.. _hosts.Proxy, .. _hosts.Trust]);
        await server.WaitUntilReadyAsync();

        await CheckMetadataAsync(provider, server.Client);
        await CheckTokensAsync(provider, emulator, server.Client);
    }

    [SkippableFact]
    public async Task A_provider_whose_certificate_is_not_trusted_is_not_believed()
    {
        var provider = ProviderTable.Get("oidc");
        var emulator = new ProviderEmulator(provider, _hosts);
        await using var server = await StartAsync(provider, _hosts.Proxy);

        using var ready = await server.Client.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        using var response = await server.Client.CallToolAsync("whoami", emulator.SignAccessToken());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    private static async Task CheckMetadataAsync(Provider provider, HttpClient client)
    {
        string[] scopes = [provider.AdvertisedPrefix + "todo:read", provider.AdvertisedPrefix + "todo:write"];
        var metadata = JsonNode.Parse(await client.GetStringAsync("/.well-known/oauth-protected-resource/mcp"))!;

        Assert.Equal(ProviderTable.Resource, (string?)metadata["resource"]);
        Assert.Equal([provider.AuthorizationServer], metadata["authorization_servers"]!.AsArray().Select(url => (string?)url));
        Assert.Equal(scopes, metadata["scopes_supported"]!.AsArray().Select(scope => (string?)scope));
        Assert.Contains(GetWellKnownUrls(provider.AuthorizationServer), url => provider.Discovery.Contains(url));

        using var response = await client.SendMcpAsync("tools/list", token: null);
        Assert.Equal(
            "Bearer realm=\"OAuth\", resource_metadata=\"https://mcp.contoso.com/.well-known/oauth-protected-resource/mcp\", "
                + $"scope=\"{string.Join(' ', scopes)}\"",
            response.GetChallenge());
    }

    private static async Task CheckTokensAsync(Provider provider, ProviderEmulator emulator, HttpClient client)
    {
        var read = provider.AdvertisedPrefix + "todo:read";
        var all = $"{read} {provider.AdvertisedPrefix}todo:write";
        var invalid = $"401 invalid_token {all}";
        var narrow = emulator.SignAccessToken(provider.GetScopes("todo:read"));
        var insufficient = $"403 insufficient_scope {read}";
        var past = DateTimeOffset.UtcNow.AddMinutes(-2).ToUnixTimeSeconds();

        (string What, string Token, string Tool, string Expected)[] cases =
        [
            ("all scopes", emulator.SignAccessToken(), "list_todos", "200"),
            ("all scopes", emulator.SignAccessToken(), "add_todo", "200"),
            .. provider.AlsoGood.Select(token => (token.What, emulator.SignAccessToken(token.Change), "add_todo", "200")),

            ("another server", emulator.SignAccessToken(provider.OtherServer), "whoami", invalid),
            ("another tenant", emulator.SignAccessToken(provider.OtherTenant), "whoami", invalid),
            ("an id token", emulator.SignIdToken(), "whoami", invalid),
            ("expired", emulator.SignAccessToken(new() { ["exp"] = past }), "whoami", invalid),
            ("another key", emulator.SignAccessToken(key: TestIssuer.CreateForeignKey()), "whoami", invalid),
            .. provider.AlsoBad.Select(token => (token.What, emulator.SignAccessToken(token.Change), "whoami", invalid)),

            ("one scope", narrow, "list_todos", "200"),
            ("one scope", narrow, "add_todo", $"403 insufficient_scope {all}"),
            .. provider.AlsoNarrow.Select(token =>
                (token.What, emulator.SignAccessToken(token.Change), "add_todo", $"403 insufficient_scope {all}")),
            .. s_foreignScopes.Select(scope =>
                (scope, emulator.SignAccessToken(provider.GetScopesAsTheyAre(scope)), "list_todos", insufficient)),
        ];

        List<string> wrong = [];
        foreach (var (what, token, tool, expected) in cases)
        {
            using var response = await client.CallToolAsync(tool, token, tool == "add_todo" ? new { title = "Buy milk" } : null);
            if (Describe(response) is var answer && answer != expected)
            {
                wrong.Add($"{tool} with {what}: {answer}, not {expected}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        using var list = await client.SendMcpAsync("tools/list", emulator.SignAccessToken());
        var tools = (await list.ReadMessageAsync())["result"]!["tools"]!.AsArray().Select(tool => (string?)tool!["name"]);
        Assert.Equal(["add_todo", "complete_todo", "list_todos", "whoami"], tools.Order());
    }

    private static Task<ServerProcess> StartAsync(Provider provider, (string Name, string Value)[] network) =>
        GeneratedProjects.StartAsync(Template.CreateAsync(provider.Variant), "Production", [.. network, .. provider.Settings]);

    // Where a client looks, by the MCP specification: RFC 8414 inserts, OpenID Connect appends, and some insert that, too.
    private static string[] GetWellKnownUrls(string authorizationServer)
    {
        var url = new Uri(authorizationServer);
        var (host, path) = (url.GetLeftPart(UriPartial.Authority), url.AbsolutePath.TrimEnd('/'));
        return
        [
            $"{host}/.well-known/oauth-authorization-server{path}",
            $"{host}/.well-known/openid-configuration{path}",
            $"{host}{path}/.well-known/openid-configuration",
        ];
    }

    private static string Describe(HttpResponseMessage response) => string.Join(' ', [
        $"{(int)response.StatusCode}",
        .. response.StatusCode == HttpStatusCode.OK ? [] : ErrorOrScope.Matches(response.GetChallenge())
            .OrderBy(match => match.Groups[1].Value, StringComparer.Ordinal).Select(match => match.Groups[2].Value)]);

    [GeneratedRegex(@"\b(error|scope)=""([^""]*)""")]
    private static partial Regex ErrorOrScope { get; }
}
