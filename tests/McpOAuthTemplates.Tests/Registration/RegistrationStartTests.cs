using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.Infrastructure;
using McpOAuthTemplates.Tests.Providers;

namespace McpOAuthTemplates.Tests.Registration;

/// <summary>
/// Settings and providers with which registration would be unsafe or useless are refused, and it is
/// off without a client id.
/// </summary>
public sealed class RegistrationStartTests
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<CommandResult>>> s_starts = new();

    // What cannot stand beside others has a start of its own.
    private static readonly Dictionary<string, (string Name, string Value)[]> s_settings = new()
    {
        ["many"] =
        [
            ("OAuth__Registration__ClientId", "0B7C5A3E-4c8d-4a53-9a3c-5c3f1d2e4b6a"),
            ("OAuth__Registration__ClientID2", "x"),
            ("OAuth__Registration__IssuerPath", "oauth"),
            ("OAuth__ScopePrefix", "api://0b7c5a3e-4c8d-4a53-9a3c-5c3f1d2e4b6a/"),
            ("OAuth__RequiredClaims__azp__0", "another-client"),
            ("OAuth__RequiredClaims__azpacr__0", "1"),
            ("OAuth__RequiredClaims__azpacr__1", "1"),
            ("OAuth__Registration__RedirectUris__0", "http://localhost:8080/callback"),
            ("OAuth__Registration__RedirectUris__1", "http://app.contoso.com/callback"),
            ("OAuth__Registration__RedirectUris__2", "https://*.contoso.com/callback"),
            ("OAuth__Registration__RedirectUris__3", "https://app.contoso.com/#callback"),
            ("OAuth__Registration__RedirectUris__4", "https://me@app.contoso.com/callback"),
            ("OAuth__Registration__RedirectUris__5", "https://app.contoso.com/a/../callback"),
            ("OAuth__Registration__RedirectUris__6", "javascript:alert(1)"),
            ("OAuth__Registration__RedirectUris__7", "/callback"),
            ("OAuth__Registration__RedirectUris__8", "https://app.example.com/callback"),
            ("OAuth__Registration__RedirectUris__9", "http://127.1/callback"),
            ("OAuth__Registration__RedirectUris__10", "https://app.contoso.com/" + new string('x', 250)),
            ("OAuth__Registration__RedirectUris__11", ""),
        ],
        ["placeholder"] =
        [
            ("OAuth__Registration__ClientId", "YOUR-CLIENT-ID"),
            ("OAuth__Registration__IssuerPath", "/mcp/oauth"),
            ("OAuth__AuthorizationServers__0", "https://login.microsoftonline.com/common/v2.0"),
        ],
        ["root"] =
        [
            ("OAuth__Registration__ClientId", "a b"),
            ("OAuth__Registration__IssuerPath", "/"),
            ("OAuth__Registration__RedirectUris", "http://localhost/callback"),
        ],
        ["issuer"] =
        [
            EntraServer.ClientId,
            ("OAuth__Issuer", "https://mcp.contoso.com/oauth"),
        ],
        ["off"] = [("OAuth__Registration__RedirectUri", "http://localhost/callback")],
    };

    public static TheoryData<string, string> Refusals => new()
    {
        { "many", "OAuth:Registration:ClientId must not be an accepted audience" },
        { "many", "OAuth:Registration:ClientID2 is not a setting of this server" },
        { "many", "OAuth:Registration:IssuerPath must be a path such as '/oauth', but is 'oauth'" },
        { "many", "OAuth:ScopePrefix must be 'https://mcp.contoso.com/mcp/' while clients register here" },
        { "many", "OAuth:RequiredClaims:azp must contain OAuth:Registration:ClientId" },
        { "many", "OAuth:RequiredClaims:azpacr must contain '0'" },
        { "many", "OAuth:Registration:RedirectUris:0 must have no port" },
        { "many", "OAuth:Registration:RedirectUris:1 must be https, or http for localhost" },
        { "many", "OAuth:Registration:RedirectUris:2 must have no wildcard" },
        { "many", "OAuth:Registration:RedirectUris:3 must have no fragment or user name" },
        { "many", "OAuth:Registration:RedirectUris:4 must have no fragment or user name" },
        { "many", "OAuth:Registration:RedirectUris:5 must be written as clients write it, 'https://app.contoso.com/callback'" },
        { "many", "OAuth:Registration:RedirectUris:6 must not have the scheme 'javascript'" },
        { "many", "OAuth:Registration:RedirectUris:7 must " },
        { "many", "OAuth:Registration:RedirectUris:8 is still the placeholder" },
        { "many", "OAuth:Registration:RedirectUris:9 must be written as clients write it, 'http://127.0.0.1/callback'" },
        { "many", "OAuth:Registration:RedirectUris:10 must have at most 256 characters" },
        { "many", "OAuth:Registration:RedirectUris:11 must be an absolute URI" },
        { "many", "environment variable OAuth__Registration__ClientId. See: App registrations > the one for clients" },
        { "placeholder", "OAuth:Registration:ClientId is still the placeholder 'YOUR-CLIENT-ID'" },
        { "placeholder", "OAuth:Registration:IssuerPath must not overlap with the path of OAuth:Resource, '/mcp'" },
        { "placeholder", "OAuth:AuthorizationServers must be left out while clients register here" },
        { "root", "OAuth:Registration:ClientId must be visible ASCII" },
        { "root", "OAuth:Registration:IssuerPath must be a path such as '/oauth', but is '/'" },
        { "root", "OAuth:Registration:RedirectUris must be a list" },
        { "issuer", "OAuth:Registration:IssuerPath must not lead to OAuth:Issuer" },
        { "issuer", "OAuth:Issuer must be that of an Entra ID tenant while clients register here" },
        { "off", "OAuth:Registration:RedirectUri is not a setting of this server" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_bad_setting_stops_the_start(string settings, string expected)
    {
        var start = s_starts.GetOrAdd(settings, name => new(() => EntraServer.RunToEndAsync(s_settings[name])));
        var result = await start.Value;

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(expected, result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_client_id_there_is_no_registration()
    {
        await using var entra = new EntraEmulator();
        entra.Metadata["registration_endpoint"] = "https://login.contoso.com/register";
        await entra.StartAsync();
        await using var server = await EntraServer.StartAsync(entra);
        await server.WaitUntilReadyAsync();

        var resource = JsonNode.Parse(await server.Client.GetStringAsync("/.well-known/oauth-protected-resource/mcp"))!;
        Assert.Equal([entra.Issuer], resource["authorization_servers"]!.AsArray().Select(issuer => (string?)issuer));
        string[] paths =
        [
            "/.well-known/oauth-authorization-server/oauth",
            "/oauth/.well-known/openid-configuration",
            "/oauth/register",
        ];
        foreach (var path in paths)
        {
            using var response = await server.Client.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    [Fact]
    public async Task A_provider_at_which_clients_could_not_sign_in_is_refused_until_it_is_right()
    {
        await using var entra = new EntraEmulator();
        await using var server = await EntraServer.StartAsync(
            entra, EntraServer.ClientId, ("OAuth__KeyRefreshSeconds", "1"), ("OAuth__UnknownKeyRefreshSeconds", "1"));
        using (var metadata = await server.Client.GetAsync("/.well-known/oauth-authorization-server/oauth"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, metadata.StatusCode);
            Assert.Equal("5", metadata.Headers.RetryAfter?.ToString());
            var body = JsonNode.Parse(await metadata.Content.ReadAsStringAsync())!;
            Assert.Equal("temporarily_unavailable", (string?)body["error"]);
        }

        entra.Metadata["registration_endpoint"] = "https://login.contoso.com/register";
        await entra.StartAsync();
        await WaitForAsync("Unhealthy: The provider registers clients itself");
        entra.Metadata.Remove("registration_endpoint");
        entra.Metadata["authorization_response_iss_parameter_supported"] = true;
        await WaitForAsync("Unhealthy: The provider names itself in its redirects (iss, RFC 9207)");
        entra.Metadata.Clear();
        entra.Metadata["code_challenge_methods_supported"] = new JsonArray("plain");
        await WaitForAsync("Unhealthy: The provider does not support PKCE with S256");
        entra.Metadata.Clear();
        entra.Metadata["token_endpoint"] = null;
        await WaitForAsync("Unhealthy: The discovery document of the provider has no ");
        entra.Metadata.Clear();
        await WaitForAsync("Healthy");

        // It serves those who are signed in, whatever becomes of the provider.
        entra.Metadata["authorization_response_iss_parameter_supported"] = true;
        await Poll.UntilAsync(async () =>
        {
            using var ready = await server.Client.GetAsync("/readyz");
            Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
            return server.Output.Split("Clients that register here cannot sign in: The provider names itself").Length == 3;
        });

        Task WaitForAsync(string expected) => Poll.UntilAsync(async () =>
        {
            using var ready = await server.Client.GetAsync("/readyz");
            return (await ready.Content.ReadAsStringAsync()).StartsWith(expected, StringComparison.Ordinal);
        });
    }
}
