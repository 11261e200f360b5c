using System.Net;
using System.Net.Sockets;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.DevAuth;

/// <summary>What pages of other sites, open in the browser of the person at this machine, can get: nothing.</summary>
public sealed class OtherPagesTests(OtherPagesTests.Fixture fixture) : IClassFixture<OtherPagesTests.Fixture>
{
    private static readonly KeyValuePair<string, string>[] s_script =
    [
        new("grant_type", "client_credentials"), new("client_id", "dev-script"), new("client_secret", "dev-secret"),
    ];

    // ---- Tokens ----

    [Theory]
    [InlineData("Origin", "https://evil.contoso.com")]
    [InlineData("Origin", "http://localhost:3000")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "own")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    [InlineData("Sec-Fetch-Site", "none")]
    public async Task A_page_gets_no_token_as_the_client_for_scripts(string header, string value)
    {
        var client = await CodeFlow.CreateAsync(fixture.Server);
        value = value.Replace("own", fixture.Server.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
        var answer = await client.PostAsync(s_script, (header, value));

        Assert.Equal("unauthorized_client", answer.Error);
        Assert.Null(answer.Json["access_token"]);

        // The fetch of Node sends one header of a browser, and is none.
        (await client.PostAsync(s_script, ("Sec-Fetch-Mode", "cors"))).ShouldSucceed();
    }

    [Fact]
    public async Task A_client_that_is_a_page_gets_the_tokens_of_its_own_sign_in()
    {
        (string, string)[] headers = [("Origin", "https://client.contoso.com"), ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "cors")];
        var client = await CodeFlow.CreateAsync(fixture.Server);
        var tokens = await client.SignInAsync();
        var answer = await client.PostAsync(
            [new("grant_type", "refresh_token"), new("refresh_token", (string)tokens["refresh_token"]!), new("client_id", client.ClientId)],
            headers);

        answer.ShouldSucceed();
    }

    // ---- What only a person may open ----

    [Theory]
    [InlineData("cross-site", "no-cors", "image")]
    [InlineData("cross-site", "no-cors", "script")]
    [InlineData("cross-site", "no-cors", "empty")]
    [InlineData("cross-site", "cors", "empty")]
    [InlineData("same-site", "no-cors", "image")]
    [InlineData("cross-site", "navigate", "iframe")]
    [InlineData("cross-site", "navigate", "object")]
    [InlineData("same-site", "navigate", "embed")]
    [InlineData("cross-site", "websocket", "websocket")]
    [InlineData(null, "no-cors", null)]
    [InlineData(null, null, "image")]
    [InlineData("cross-site", "navigate", "document", "Sec-Purpose", "prefetch;prerender")]
    [InlineData("cross-site", "navigate", "document", "Purpose", "prefetch")]
    [InlineData("cross-site", "cors", "empty", "Origin", "https://evil.contoso.com")]
    public async Task What_is_no_navigation_leads_nowhere(
        string? site, string? mode, string? target, string? other = null, string? value = null)
    {
        await using var documents = await ClientDocuments.StartAsync();
        var headers = GetHeaders(site, mode, target, other, value);
        foreach (var id in new[] { documents.Url("good"), (await CodeFlow.CreateAsync(fixture.Server)).ClientId })
        {
            var answer = await new Browser(fixture.Server.Client).OpenAsync(new CodeFlow(fixture.Server, id).GetAuthorizeUrl(), headers);

            Assert.Equal(403, answer.Status);
            Assert.Null(answer.Response.Headers.Location);
        }

        Assert.Empty(documents.Requests);
    }

    [Theory]
    [InlineData("none", "navigate", "document")]
    [InlineData("cross-site", "navigate", "document")]
    [InlineData("same-site", "navigate", "document")]
    [InlineData("same-origin", "navigate", "document")]
    [InlineData(null, "cors", null)]
    [InlineData(null, null, null)]
    public async Task A_navigation_leads_to_the_page(string? site, string? mode, string? target)
    {
        await using var documents = await ClientDocuments.StartAsync();
        var client = new CodeFlow(fixture.Server, documents.Url("good"));
        var answer = await client.OpenAsync(GetHeaders(site, mode, target));

        Assert.Equal(200, answer.Status);
        Assert.Equal(["/good"], documents.Requests);
    }

    [Theory]
    [InlineData("http", null, false)]
    [InlineData("http", "none", false)]
    [InlineData("http", "cross-site", false)]
    [InlineData("https", null, true)]
    [InlineData("https", "none", false)]
    [InlineData("https", "same-site", false)]
    [InlineData("https", "cross-site", false)]
    public async Task Without_the_setting_this_machine_is_asked_only_by_https_and_for_no_other_site(string scheme, string? site, bool expected)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var accepted = listener.AcceptTcpClientAsync();
        var client = new CodeFlow(fixture.Strict, $"{scheme}://localhost:{port}/client");
        var opening = client.OpenAsync(GetHeaders(site, "navigate", "document"));
        if (await Task.WhenAny(accepted, opening) == accepted)
        {
            (await accepted).Dispose();
        }

        Assert.Equal(400, (await opening).Status);
        Assert.Equal(expected, accepted.IsCompletedSuccessfully);
    }

    /// <summary>Any page can send such a request: it must not cost memory.</summary>
    [Theory]
    [InlineData("register", "text/plain")]
    [InlineData("token", "application/x-www-form-urlencoded")]
    [InlineData("revoke", "application/x-www-form-urlencoded")]
    [InlineData("authorize", "application/x-www-form-urlencoded")]
    public async Task A_long_request_is_not_read(string endpoint, string type)
    {
        var json = $$"""{"redirect_uris":["http://127.0.0.1/cb"],"client_name":"{{new string('x', 100_000)}}"}""";
        var text = type == "text/plain" ? json : "client_id=" + new string('x', 100_000);
        string? answer = null;
        await Poll.UntilAsync(async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/dev-auth/" + endpoint);
            request.Content = new StringContent(text, System.Text.Encoding.UTF8, type);
            request.Headers.ExpectContinue = true;
            try
            {
                using var response = await fixture.Strict.Client.SendAsync(request);
                answer = $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}";
            }
            catch (HttpRequestException)
            {
                // The server may close the connection while the client still writes: then the answer is lost.
            }

            return answer is not null;
        });

        Assert.StartsWith("400 ", answer, StringComparison.Ordinal);
        Assert.Contains("cannot be read", answer, StringComparison.Ordinal);
    }

    // ---- What a page shows ----

    [Theory]
    [InlineData("Invoice\u202Etpircs.exe", "Invoicetpircs.exe")]
    [InlineData("a\u200Bb\u200C\u200D\u2060\uFEFF\u00AD\u061C\u200E\u200F\u2066\u2069c", "abc")]
    [InlineData("Claude\r\nYou are signed in", "Claude You are signed in")]
    [InlineData("a\u2028b\u2029c\u0000\u0007\u0085d", "a b c d")]
    [InlineData("a \u00A0\u2003\u3000 b", "a b")]
    [InlineData("\u3164\u115F\u1160\uFFA0\u2800\u034F\uFE0F\U000E0100x", "x")]
    [InlineData("\U000E0041\U000E007Ftag", "tag")]
    [InlineData("\uE000\U000F0000private", "private")]
    [InlineData("\u202E\u200B", "an application without a name")]
    [InlineData("Tâche 日本 🚀", "Tâche 日本 🚀")]
    public async Task The_name_of_a_client_cannot_deceive(string name, string shown)
    {
        var client = await CodeFlow.CreateAsync(fixture.Server, name);
        var page = await client.OpenAsync();

        Assert.Equal($"Allow {shown}?", page.Document.QuerySelector("h1")!.TextContent);
        Assert.Equal($"Allow {shown}?", page.Document.Title);
    }

    [Fact]
    public async Task A_long_name_ends_between_two_characters()
    {
        var page = await (await CodeFlow.CreateAsync(fixture.Server, new string('a', 99) + "🚀🚀")).OpenAsync();

        Assert.Equal($"Allow {new string('a', 99)}?", page.Document.QuerySelector("h1")!.TextContent);
    }

    [Theory]
    [InlineData("https://client.contoso.com/\u202Edocument")]
    [InlineData("https://clіent.contoso.com/client")]
    [InlineData("https://client.contoso.com/a\u200Bb")]
    public async Task An_id_that_looks_like_another_one_is_refused(string id)
    {
        var page = await new CodeFlow(fixture.Server, id).OpenAsync();

        Assert.Equal(400, page.Status);
    }

    [Theory]
    [InlineData("authorize")]
    [InlineData("connect")]
    public async Task A_page_is_isolated_from_those_of_others(string path)
    {
        var client = await CodeFlow.CreateAsync(fixture.Server);
        var url = path == "authorize" ? client.GetAuthorizeUrl() : "/dev-auth/connect";
        var page = await new Browser(fixture.Server.Client).OpenAsync(url, ("Referer", "https://evil.contoso.com/"));

        Assert.Equal(200, page.Status);
        Assert.Equal("nosniff", Header("X-Content-Type-Options"));
        Assert.Equal("same-origin", Header("Cross-Origin-Opener-Policy"));
        Assert.Equal("DENY", Header("X-Frame-Options"));
        Assert.Contains("frame-ancestors 'none'", Header("Content-Security-Policy"), StringComparison.Ordinal);

        string Header(string name) => Assert.Single(page.Response.Headers.GetValues(name));
    }

    /// <summary>Its callback, in the window that it has opened, reports to it.</summary>
    [Theory]
    [InlineData("https://client.contoso.com/start?x=1", "unsafe-none")]
    [InlineData("https://client.contoso.com.evil.contoso.com/", "same-origin")]
    [InlineData("http://client.contoso.com/", "same-origin")]
    [InlineData("https://client.contoso.com:444/", "same-origin")]
    [InlineData("nonsense", "same-origin")]
    [InlineData(null, "same-origin")]
    public async Task Only_the_window_of_the_client_itself_keeps_its_hold(string? referrer, string expected)
    {
        const string RedirectUri = "https://client.contoso.com/callback";
        var client = await CodeFlow.CreateAsync(fixture.Server, "Page", RedirectUri);
        (string, string)[] headers = referrer is null ? [] : [("Referer", referrer)];
        var browser = new Browser(fixture.Server.Client);
        var page = await browser.OpenAsync(client.GetAuthorizeUrl(RedirectUri), headers);
        Assert.Equal(expected, Assert.Single(page.Response.Headers.GetValues("Cross-Origin-Opener-Policy")));

        var answer = await browser.SubmitAsync(page, "Allow");
        Assert.Equal(302, answer.Status);
        Assert.False(answer.Response.Headers.Contains("Cross-Origin-Opener-Policy"));
    }

    private static (string, string)[] GetHeaders(
        string? site, string? mode, string? target, string? other = null, string? value = null)
    {
        (string Name, string? Value)[] headers =
            [("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", mode), ("Sec-Fetch-Dest", target), (other ?? "X", value)];
        return [.. headers.Where(header => header.Value is not null).Select(header => (header.Name, header.Value!))];
    }

    public sealed class Fixture : IAsyncLifetime
    {
        /// <summary>With documents of clients on this machine.</summary>
        internal ServerProcess Server { get; private set; } = null!;

        /// <summary>As it is by default.</summary>
        internal ServerProcess Strict { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Server = await TodoServer.StartAsync(("DevAuth__AllowLoopbackClientIds", "true"));
            Strict = await TodoServer.StartAsync();
        }

        public async Task DisposeAsync()
        {
            await Server.DisposeAsync();
            await Strict.DisposeAsync();
        }
    }
}
