using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.Infrastructure;
using McpOAuthTemplates.Tests.Providers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace McpOAuthTemplates.Tests.Downstream;

/// <summary>The settings that each provider needs, and its page, which says what to set up there.</summary>
public sealed class DownstreamPresetTests : IAsyncLifetime
{
    private const string Api = "https://orders.contoso.com";

    private ProviderHosts _hosts = null!;

    /// <summary>All providers at which tokens can be exchanged.</summary>
    public static TheoryData<string> Providers =>
        new(ProviderTable.All.Select(provider => provider.Name).Except(["scalekit", "stytch"]));

    public async Task InitializeAsync() => _hosts = await ProviderHosts.StartAsync();

    public async Task DisposeAsync() => await _hosts.DisposeAsync();

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task The_page_of_a_provider_names_its_settings(string name)
    {
        var project = await CreateAsync(name);
        var page = project.Read("AUTHORIZATION-SERVER.md");
        var chapter = page[page.IndexOf("## Call another API for the user", StringComparison.Ordinal)..];
        chapter = chapter[..chapter.IndexOf("## Troubleshooting", StringComparison.Ordinal)];

        var settings = ReadOrders(project).Select(setting => setting.Key).Except(["BaseAddress", "WhereToFind"]);
        Assert.All(settings, setting => Assert.Contains($"`Downstream:Orders:{setting}`", chapter, StringComparison.Ordinal));
        Assert.Contains("**", chapter, StringComparison.Ordinal); // The rule that decides who may exchange.
        Assert.Matches("Not tried|tested with", chapter);
    }

    [Theory]
    [InlineData("scalekit")]
    [InlineData("stytch")]
    public async Task The_page_of_a_provider_without_an_exchange_says_what_to_do_instead(string name)
    {
        var project = await Template.CreateAsync(ProviderTable.Get(name).Variant);
        Assert.Contains("credentials of its own", project.Read("AUTHORIZATION-SERVER.md"), StringComparison.Ordinal);
    }

    /// <summary>
    /// As in production: at the provider's own host names and over TLS, with nothing but the preset
    /// and what stands there as a placeholder.
    /// </summary>
    [SkippableTheory]
    [InlineData("oidc", "resource", false)]
    [InlineData("keycloak", "audience,scope", false)]
    [InlineData("workos", "resource", true)]
    public async Task In_production_the_preset_exchanges_at_its_provider(string name, string targets, bool isSecretInBody)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only there can the environment of a process say which certificates it trusts.");
        var provider = ProviderTable.Get(name);
        var signer = new ProviderEmulator(provider, _hosts);
        var exchange = PublishTokenEndpoint(provider);
        var call = PublishApi();
        await using var server = await StartAsync(provider);
        await server.WaitUntilReadyAsync();

        using var response = await server.Client.CallToolAsync("list_orders", signer.SignAccessToken());

        Assert.Equal("orders", await response.ReadToolTextAsync());
        Assert.Equal("exchanged", (await call).Token);
        var form = QueryHelpers.ParseQuery((await exchange).Body);
        Assert.Equal(targets.Split(','), form.Keys.Intersect(["audience", "resource", "scope"]).Order());
        Assert.Equal(isSecretInBody, form.ContainsKey("client_secret"));
        Assert.Equal(!isSecretInBody, (await exchange).Headers.Contains("Authorization: Basic ", StringComparison.Ordinal));
    }

    private Task<ApiRequest> PublishTokenEndpoint(Provider provider)
    {
        var request = new TaskCompletionSource<ApiRequest>();
        var url = new Uri(new Uri(provider.Issuer), "/oauth/token").AbsoluteUri;
        var metadata = new JsonObject
        {
            ["issuer"] = provider.Issuer,
            ["jwks_uri"] = provider.Keys,
            ["token_endpoint"] = url,
        };
        foreach (var document in provider.Discovery)
        {
            _hosts.Publish(document, metadata.ToJsonString());
        }

        _hosts.Answer(url, async http =>
        {
            request.SetResult(await ApiRequest.ReadAsync(http.Request));
            await FakeTokenEndpoint.AnswerTokenAsync(http, "exchanged");
        });
        return request.Task;
    }

    private Task<ApiRequest> PublishApi()
    {
        var request = new TaskCompletionSource<ApiRequest>();
        _hosts.Answer($"{Api}/orders", async http =>
        {
            request.SetResult(await ApiRequest.ReadAsync(http.Request));
            await http.Response.WriteAsync("orders");
        });
        return request.Task;
    }

    // The code is the same for each provider, so it is built once.
    private async Task<ServerProcess> StartAsync(Provider provider)
    {
        var project = await CreateAsync(provider.Name);
        var built = await ServersUnderTest.BuiltAsync(DownstreamServer.Folder);
        var orders =
            from setting in ReadOrders(project)
            where setting.Key != "SecretInBody"
            select ($"Downstream__Orders__{setting.Key}", setting.Key is "BaseAddress" or "Resource" ? Api : "of-the-test");
        return await ServerProcess.StartAsync(built.GetAssembly(), project.ContentRoot, "Production", [
            .. _hosts.Proxy,
            .. _hosts.Trust,
            .. provider.Settings,
            .. orders,
            ("Downstream__Orders__ClientSecret", DownstreamServer.OrdersSecret),
            .. DownstreamServer.Describe("Invoices", new()
            {
                ["BaseAddress"] = Api,
                ["ClientId"] = "invoices-client",
                ["ClientSecret"] = DownstreamServer.InvoicesSecret,
                ["Scope"] = "invoices",
            }),
        ]);
    }

    private static Task<GeneratedProject> CreateAsync(string name) => Template.CreateAsync(new Variant(
        $"downstream-{name}", [.. ProviderTable.Get(name).Variant.Arguments, "--downstream"]));

    private static JsonObject ReadOrders(GeneratedProject project)
    {
        var settings = JsonNode.Parse(project.Read("appsettings.json"))!;
        return settings["Downstream"]!["Orders"]!.AsObject();
    }
}
