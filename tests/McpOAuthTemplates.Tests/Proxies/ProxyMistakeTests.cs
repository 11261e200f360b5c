using McpOAuthTemplates.Tests.Infrastructure;
using McpOAuthTemplates.Tests.Verify;

namespace McpOAuthTemplates.Tests.Proxies;

/// <summary>A real nginx that makes one mistake: verify.cs names it, and how to correct it.</summary>
public sealed class ProxyMistakeTests(ProxyMistakeTests.Fixture fixture) : IClassFixture<ProxyMistakeTests.Fixture>
{
    private const string Right = "proxy_pass http://backend; proxy_set_header Host $host;";

    /// <summary>What the server of nginx has in its block: the endpoint is /tools/mcp, and the host is localhost.</summary>
    private static readonly Dictionary<string, string> s_mistakes = new()
    {
        ["none"] = $"location / {{ {Right} }}",
        ["host"] = "location / { proxy_pass http://backend; }",
        ["prefix removed"] = $"location /tools/ {{ {Right.Replace("backend;", "backend/;")} }} location /.well-known/ {{ {Right} }}",
        ["prefix doubled"] = $"location / {{ {Right.Replace("backend;", "backend/tools/;")} }} location /.well-known/ {{ {Right} }}",
        ["path replaced"] = $"location /tools/ {{ {Right.Replace("backend;", "backend/x/;")} }} location /.well-known/ {{ {Right} }}",
        ["no location"] = $"location /other/ {{ {Right} }}",
        ["static files"] = $"location = /tools/mcp {{ root .; try_files /nginx.conf =404; }} location /other/ {{ {Right} }}",
        ["no well-known"] = $"location /tools/ {{ {Right} }}",
        ["page at well-known"] =
            $"location /tools/ {{ {Right} }} location / {{ default_type text/html; return 200 '<title>Our shop</title>'; }}",
        ["sign-in at well-known"] = $"location /tools/ {{ {Right} }} location / {{ return 302 /oauth2/start; }}",
        ["header removed"] = $"location / {{ {Right} proxy_hide_header WWW-Authenticate; }}",
        ["header renamed"] = $$"""
            location / {
                {{Right}}
                proxy_hide_header WWW-Authenticate;
                add_header X-Remapped-WWW-Authenticate $upstream_http_www_authenticate always;
            }
            """,
        ["http to https"] = "return 301 https://$host$request_uri;",
        ["slash"] = "location = /tools/mcp { return 301 /tools/mcp/; }",
        ["loop"] = "return 307 $scheme://$http_host$request_uri;",
        ["sign-in"] = "return 302 https://login.contoso.com/?rd=$request_uri;",
        ["basic sign-in"] = $"location / {{ {Right} auth_basic staff; auth_basic_user_file nginx.conf; }}",
        ["nobody there"] = "location / { proxy_pass http://127.0.0.1:1; }",
        ["no instance"] = "return 503;",
        ["time"] = "location / { proxy_pass http://silent; proxy_read_timeout 1s; }",
        ["firewall"] = "location / { deny all; }",
        ["page"] = "location / { default_type text/html; return 200 '<!doctype html><title>Our shop</title>'; }",
    };

    [SkippableTheory]
    [InlineData("host", "refusal", "A proxy does not pass the host on", "proxy_set_header Host $host")]
    [InlineData("prefix removed", "refusal", "A proxy removes /tools from the path", "Mcp:InternalPath")]
    [InlineData("prefix doubled", "refusal", "A proxy adds /tools to the path", "proxy_pass without a path")]
    [InlineData("path replaced", "refusal", "the path changes on the way to it", "Mcp:InternalPath")]
    [InlineData("no location", "refusal", "404, a web page, \"404 Not Found\", of nginx", "a location")]
    [InlineData("static files", "refusal", "405, a web page, \"405 Not Allowed\", of nginx", "a location")]
    [InlineData("no well-known", "metadata", "A proxy passes requests for it on to nobody", "a location of its own")]
    [InlineData("page at well-known", "metadata", "Another app answers there, with a web page", "a location of its own")]
    [InlineData("sign-in at well-known", "metadata", "302", "without a sign-in")]
    [InlineData("header removed", "challenge", "A proxy has removed the header WWW-Authenticate", "proxy_hide_header")]
    [InlineData("header renamed", "challenge", "has renamed the header to X-Remapped-WWW-Authenticate", "map it back")]
    [InlineData("http to https", "refusal", "do not follow from http to https", "Give clients the https URL")]
    [InlineData("slash", "refusal", "differs in the slash at the end", "without a slash at its end")]
    [InlineData("loop", "refusal", "does not know that TLS ends at a proxy", "Remove the redirect")]
    [InlineData("sign-in", "refusal", "looks like the sign-in page of a proxy", "without a sign-in")]
    [InlineData("basic sign-in", "challenge", "A proxy asks for a sign-in of its own", "without a sign-in")]
    [InlineData("nobody there", "refusal", "no server behind it", "the address to which the proxy passes requests on")]
    [InlineData("no instance", "refusal", "no server behind it", "/readyz")]
    [InlineData("time", "refusal", "A proxy waits for the server in vain", "proxy_read_timeout")]
    [InlineData("firewall", "refusal", "A proxy or a firewall answers with a page of its own", "Let POST requests")]
    [InlineData("page", "refusal", "A web page answers, not an MCP server", "Check the path")]
    public async Task The_mistake_is_named(string mistake, string check, string cause, string cure)
    {
        await using var nginx = await fixture.StartNginxAsync(s_mistakes[mistake]);
        var result = await VerifyProgram.RunAsync(fixture.Resource);

        Assert.Contains(check, result.Failed);
        Assert.Contains(cause, result.Text(check), StringComparison.Ordinal);
        Assert.Contains(cure, result.Cure(check), StringComparison.Ordinal);
        Assert.Equal(check, result.Failed[0]);
    }

    /// <summary>Otherwise what is named above might be something else.</summary>
    [SkippableFact]
    public async Task Without_a_mistake_nothing_is_named()
    {
        await using var nginx = await fixture.StartNginxAsync(s_mistakes["none"]);
        var result = await VerifyProgram.RunAsync(fixture.Resource, "--token", fixture.Token);

        Assert.Empty(result.Failed);
    }

    [SkippableFact]
    public async Task A_token_that_does_not_arrive_is_no_wrong_token()
    {
        await using var nginx = await fixture.StartNginxAsync($"location / {{ {Right} proxy_set_header Authorization ''; }}");
        var result = await VerifyProgram.RunAsync(fixture.Resource, "--token", fixture.Token);

        Assert.Equal(["tools-list"], result.Failed);
        Assert.Contains("as if there were no token", result.Text("tools-list"), StringComparison.Ordinal);
        Assert.Contains("a proxy removes the header Authorization", result.Cure("tools-list"), StringComparison.Ordinal);
    }

    /// <summary>The prefix is missing in the setting of the server, too, so that it names another place for its metadata.</summary>
    [SkippableFact]
    public async Task A_server_that_does_not_know_its_prefix_is_told_so()
    {
        await using var server = await TodoServer.StartAsync(fixture.Issuer, ("OAuth__Resource", fixture.Origin + "/mcp"));
        await using var nginx = await fixture.StartNginxAsync(
            $"location /tools/ {{ {Right.Replace("backend;", "backend/;")} }}", server.Address.Port);
        var result = await VerifyProgram.RunAsync(fixture.Resource);

        Assert.Equal(["metadata"], result.Failed);
        Assert.Contains("it would be " + fixture.MetadataUrl, result.Text("metadata"), StringComparison.Ordinal);
        Assert.Contains("with each prefix of its path", result.Cure("metadata"), StringComparison.Ordinal);
    }

    /// <summary>A stream that stays open, of a server that does not forbid nginx to hold it back, with what nginx does by default.</summary>
    [SkippableFact]
    public async Task A_stream_that_is_held_back_is_not_a_slow_server()
    {
        Skip.If(Nginx.SkipReason is not null, Nginx.SkipReason);
        var issuer = fixture.Issuer;
        await using var server = await FakeServer.StartAsync(issuer);
        await using var nginx = await fixture.StartNginxAsync(
            $"location / {{ {Right} }}", new Uri(server.Origin).Port);
        server.Metadata["resource"] = fixture.Origin + "/mcp";
        var token = issuer.CreateToken(fixture.Origin + "/mcp", "read");
        server.Tokens.Add(token);
        var result = await VerifyProgram.RunAsync(fixture.Origin + "/mcp", "--token", token);

        Assert.Equal(["tools-list"], result.Failed);
        Assert.Contains("nothing arrives in time", result.Text("tools-list"), StringComparison.Ordinal);
        Assert.Contains("proxy_buffering off", result.Cure("tools-list"), StringComparison.Ordinal);
    }

    public sealed class Fixture : IAsyncLifetime
    {
        private readonly int _port = ServerProcess.GetFreePort();

        internal TestIssuer Issuer { get; } = new();

        public string Origin => $"http://localhost:{_port}";

        public string Resource => Origin + "/tools/mcp";

        public string MetadataUrl => Origin + "/.well-known/oauth-protected-resource/tools/mcp";

        public string Token => Issuer.CreateToken(Resource, "todo:read todo:write");

        private ServerProcess Server { get; set; } = null!;

        private SilentServer Silent { get; set; } = null!;

        private int SilentPort { get; } = ServerProcess.GetFreePort();

        public async Task InitializeAsync()
        {
            if (Nginx.SkipReason is not null)
            {
                return;
            }

            await Issuer.StartAsync();
            VerifyTests.Fixture.Complete(Issuer);
            Server = await TodoServer.StartAsync(Issuer, ("OAuth__Resource", Resource));
            Silent = new SilentServer(SilentPort);
        }

        public async Task DisposeAsync()
        {
            await (Server?.DisposeAsync() ?? ValueTask.CompletedTask);
            await (Silent?.DisposeAsync() ?? ValueTask.CompletedTask);
            await Issuer.DisposeAsync();
        }

        /// <summary>Starts it at the address of the resource, with this in its block of the server.</summary>
        internal async Task<Nginx> StartNginxAsync(string server, int? port = null)
        {
            Skip.If(Nginx.SkipReason is not null, Nginx.SkipReason);
            var nginx = new Nginx();
            await nginx.StartAsync(_port, $$"""
                upstream backend { server 127.0.0.1:{{port ?? Server.Address.Port}}; }
                upstream silent { server 127.0.0.1:{{SilentPort}}; }
                server { listen 127.0.0.1:{{_port}}; {{server}} }
                """);
            return nginx;
        }
    }
}
