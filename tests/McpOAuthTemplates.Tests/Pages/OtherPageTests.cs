using McpOAuthTemplates.Tests.DevAuth;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace McpOAuthTemplates.Tests.Pages;

/// <summary>What a real browser does with the pages of others: with a client that is one, and with one that means no good.</summary>
public sealed class OtherPageTests(ChromiumFixture chromium) : ChromiumTests(chromium)
{
    [SkippableFact]
    public async Task A_client_that_is_a_page_signs_in_by_a_window_that_it_opens()
    {
        await using var site = await Site.StartAsync();
        var client = await CodeFlow.CreateAsync(Chromium.Server, "Page", site.Url("callback"));
        await using var tab = await Chromium.OpenAsync(site.Url("start"));
        var url = new Uri(Chromium.Server.Address, client.GetAuthorizeUrl(site.Url("callback"))).AbsoluteUri;
        var window = await tab.Page.RunAndWaitForPopupAsync(() => tab.Page.EvaluateAsync("url => { open(url, '_blank', 'popup') }", url));
        await window.GetByText("Allow", new PageGetByTextOptions { Exact = true }).ClickAsync();

        // The callback reports to the page that has opened it.
        await Assertions.Expect(tab.Page.Locator("output")).ToContainTextAsync("?code=");
    }

    [SkippableFact]
    public async Task Another_page_has_no_hold_on_the_window_that_it_opens()
    {
        await using var site = await Site.StartAsync();
        var client = await CodeFlow.CreateAsync(Chromium.Server, "Victim", Chromium.Callback);
        await using var tab = await Chromium.OpenAsync(site.Url("start"));
        var url = new Uri(Chromium.Server.Address, client.GetAuthorizeUrl(Chromium.Callback)).AbsoluteUri;
        var window = await tab.Page.RunAndWaitForPopupAsync(() => tab.Page.EvaluateAsync("url => { window.popup = open(url, '_blank', 'popup') }", url));
        await Assertions.Expect(window.GetByText("Allow", new PageGetByTextOptions { Exact = true })).ToBeVisibleAsync();

        Assert.True(await tab.Page.EvaluateAsync<bool>("() => window.popup.closed"));
        Assert.True(await window.EvaluateAsync<bool>("() => window.opener === null"));
    }

    [SkippableFact]
    public async Task Another_page_gets_no_token_and_causes_no_fetch()
    {
        await using var site = await Site.StartAsync();
        await using var documents = await ClientDocuments.StartAsync();
        await using var server = await TodoServer.StartAsync(("DevAuth__AllowLoopbackClientIds", "true"));
        await using var tab = await Chromium.OpenAsync(site.Url("start"));
        var token = new Uri(server.Address, "dev-auth/token").AbsoluteUri;
        var authorize = new Uri(server.Address, new CodeFlow(server, documents.Url("good")).GetAuthorizeUrl()).AbsoluteUri;

        var answer = await tab.Page.EvaluateAsync<string>(
            """
            async url => {
              const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'dev-script', client_secret: 'dev-secret' });
              return await (await fetch(url, { method: 'POST', body })).text();
            }
            """,
            token);
        Assert.Contains("unauthorized_client", answer, StringComparison.Ordinal);

        await tab.Page.EvaluateAsync(
            """
            async url => {
              const add = name => new Promise(resolve => {
                const element = document.createElement(name);
                element.onload = element.onerror = resolve;
                element.src = url;
                document.body.append(element);
              });
              await Promise.all([add('img'), add('iframe'), add('script'), fetch(url, { mode: 'no-cors' })]);
            }
            """,
            authorize);
        Assert.Empty(documents.Requests);
    }

    /// <summary>A site of somebody else: a page, and where its sign-ins come back to.</summary>
    private sealed class Site(WebApplication app, Uri address) : IAsyncDisposable
    {
        public static async Task<Site> StartAsync()
        {
            var address = new Uri($"http://localhost:{ServerProcess.GetFreePort()}");
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            var app = builder.Build();
            app.Urls.Add(address.AbsoluteUri);
            Map(app, "/start", "onmessage = message => { document.querySelector('output').textContent = message.data; };");
            Map(app, "/callback", "opener.postMessage(location.search, '*');");
            await app.StartAsync();
            return new Site(app, address);
        }

        public string Url(string path) => new Uri(address, path).AbsoluteUri;

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private static void Map(WebApplication app, string path, string script) => app.MapGet(
            path, () => Results.Text($"<!doctype html><title>Site</title><output></output><script>{script}</script>", "text/html"));
    }
}
