using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.DevAuth;

/// <summary>Who does not sit at this machine, although a proxy, a tunnel or a forwarded port makes it look so.</summary>
public sealed class ProxyTests(ProxyTests.Fixture fixture) : IClassFixture<ProxyTests.Fixture>
{
    private static readonly string[] s_paths =
        ["/dev-auth/.well-known/openid-configuration", "/dev-auth/jwks", "/dev-auth/authorize", "/dev-auth/connect", "/"];

    /// <summary>Of nginx, Apache, IIS, Envoy, HAProxy, of clouds, CDNs and tunnels.</summary>
    public static TheoryData<string> Marks { get; } =
    [
        "Via", "via", "Forwarded", "X-Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port",
        "X-Forwarded-Prefix", "X-Forwarded-Server", "X-Forwarded-Scheme", "X-Forwarded-Client-Cert", "X-Real-IP", "X-Client-IP",
        "X-Cluster-Client-IP", "Client-IP", "True-Client-IP", "X-Remote-IP", "X-Remote-Addr", "X-Originating-IP", "X-ProxyUser-Ip",
        "X-Original-For", "X-Original-Host", "X-Original-Proto", "X-Original-URL", "X-Original-Forwarded-For", "X-Rewrite-URL",
        "X-ARR-LOG-ID", "X-ARR-SSL", "X-ARR-ClientCert", "CF-Connecting-IP", "CF-Connecting-IPv6", "CF-Ray", "CF-Visitor",
        "CDN-Loop", "Fastly-Client-IP", "Fastly-FF", "Fly-Client-IP", "Fly-Forwarded-Port", "Fly-Region", "X-Azure-ClientIP",
        "X-Azure-SocketIP", "X-Azure-FDID", "X-Envoy-External-Address", "X-Envoy-Original-Path", "X-Amzn-Trace-Id", "X-Amz-Cf-Id",
        "X-AppEngine-User-IP", "X-Cloud-Trace-Context", "X-Vercel-Id", "X-NF-Client-Connection-IP", "Do-Connecting-IP",
        "WL-Proxy-Client-IP", "Proxy-Client-IP", "Proxy-Connection", "Tailscale-User-Login", "Incap-Client-IP", "X-Sucuri-ClientIP",
        "Akamai-Origin-Hop", "Ali-CDN-Real-IP", "EO-Client-IP", "X-Varnish", "X-Nginx-Proxy", "Front-End-Https", "X-Scheme",
        "X-BlueCoat-Via", "Max-Forwards", "Client-Cert", "X-SSL-Client-Verify", "X-Real-Port", "Surrogate-Capability", "X-Request-Start",
    ];

    [Theory]
    [MemberData(nameof(Marks))]
    public async Task What_bears_the_mark_of_a_proxy_is_refused(string header)
    {
        foreach (var path in s_paths)
        {
            var answer = await new Browser(fixture.Server.Client).OpenAsync(path, (header, "203.0.113.7"));

            Assert.Equal(403, answer.Status);
            Assert.Contains("this machine", answer.Text, StringComparison.Ordinal);
        }

        var client = await CodeFlow.CreateAsync(fixture.Server);
        var token = await client.PostAsync([new("grant_type", "client_credentials")], (header, "x"));
        Assert.Equal("access_denied", token.Error);
    }

    [Theory]
    [InlineData("User-Agent")]
    [InlineData("Accept-Language")]
    [InlineData("MCP-Protocol-Version")]
    [InlineData("X-Request-Id")]
    [InlineData("traceparent")]
    [InlineData("X-Requested-With")]
    public async Task What_clients_send_is_none(string header)
    {
        var answer = await new Browser(fixture.Server.Client).OpenAsync("/dev-auth/jwks", (header, "en"));

        Assert.Equal(200, answer.Status);
    }

    // ---- DevAuth:AllowForwardedPorts ----

    [Fact]
    public async Task A_forwarded_port_works_if_a_person_says_so()
    {
        (string, string)[] forwarded =
        [
            ("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Host", "name-5123.app.github.dev"), ("X-Forwarded-Proto", "https"),
        ];
        var client = await CodeFlow.CreateAsync(fixture.Forwarding);
        var page = await client.OpenAsync(
            [.. forwarded, ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")]);
        Assert.Equal(200, page.Status);

        var answer = await new Browser(fixture.Forwarding.Client).SubmitAsync(page, "Allow", headers: [
            .. forwarded, ("Origin", "https://name-5123.app.github.dev"), ("Sec-Fetch-Site", "same-origin"),
            ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")]);
        (await client.RedeemAsync(answer["code"]!)).ShouldSucceed();
        await Poll.UntilContainsAsync(() => fixture.Forwarding.Output, "DevAuth:AllowForwardedPorts is on");
    }

    [Theory]
    [InlineData("Origin", "https://evil.contoso.com")]
    [InlineData("Origin", "own")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("X-Forwarded-Host", "name-5123.app.github.dev")]
    public async Task Another_page_cannot_send_the_form_through_a_forwarded_port(string header, string value)
    {
        // Some tunnels replace the Origin, whatever it was, by that of the server.
        value = value.Replace("own", fixture.Forwarding.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
        var client = await CodeFlow.CreateAsync(fixture.Forwarding);
        var answer = await new Browser(fixture.Forwarding.Client).SubmitAsync(
            await client.OpenAsync(), "Allow", headers: (header, value));

        Assert.Equal(403, answer.Status);
        Assert.Null(answer.Response.Headers.Location);
    }

    [Theory]
    [InlineData("Origin", "https://evil.contoso.com")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task Pages_of_other_sites_call_nothing_through_a_forwarded_port(string header, string value)
    {
        var client = await CodeFlow.CreateAsync(fixture.Forwarding);
        var token = await client.PostAsync([new("grant_type", "refresh_token"), new("client_id", client.ClientId)], (header, value));
        var keys = await new Browser(fixture.Forwarding.Client).OpenAsync("/dev-auth/jwks", (header, value));

        Assert.Equal("access_denied", token.Error);
        Assert.Equal(403, keys.Status);
    }

    [Fact]
    public async Task A_foreign_name_is_refused_even_so()
    {
        var answer = await new Browser(fixture.Forwarding.Client).OpenAsync("/dev-auth/jwks", ("Host", "evil.contoso.com"));

        Assert.Equal(403, answer.Status);
    }

    public sealed class Fixture : IAsyncLifetime
    {
        internal ServerProcess Server { get; private set; } = null!;

        internal ServerProcess Forwarding { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Server = await TodoServer.StartAsync();
            Forwarding = await TodoServer.StartAsync(("DevAuth__AllowForwardedPorts", "true"), ("AllowedHosts", "*"));
        }

        public async Task DisposeAsync()
        {
            await Server.DisposeAsync();
            await Forwarding.DisposeAsync();
        }
    }
}
