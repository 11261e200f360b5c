using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.DevAuth;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace McpOAuthTemplates.Tests.Verify;

/// <summary>verify.cs against the generated server, and against servers that are wrong in one point, which it names.</summary>
public sealed class VerifyTests(VerifyTests.Fixture fixture) : IClassFixture<VerifyTests.Fixture>
{
    private static readonly string[] s_withoutToken =
    [
        "secure-url", "refusal", "challenge", "metadata-url", "metadata", "resource", "authorization-servers", "scopes",
        "server-metadata", "issuer", "endpoints", "pkce", "registration", "iss", "keys",
    ];

    private static readonly string[] s_ofToken =
    [
        "token-format", "token-issuer", "token-key", "token-audience", "token-lifetime", "token-scopes",
        "tools-list", "wrong-token",
    ];

    /// <summary>What is wrong with a server or its authorization server, by name.</summary>
    private static readonly Dictionary<string, Action<FakeServer, TestIssuer>> s_faults = new()
    {
        ["open to all"] = (server, _) => server.Endpoint = Answer(200),
        ["other path"] = (server, _) => server.Endpoint = Answer(404),
        ["403"] = (server, _) => server.Endpoint = Answer(403),
        ["moved"] = (server, _) =>
        {
            server.Endpoint = Answer(404);
            server.Metadata["resource"] = "https://mcp.contoso.com/mcp";
        },
        ["other host"] = (server, _) =>
        {
            server.Endpoint = context =>
            {
                context.Response.StatusCode = 400;
                return context.Response.WriteAsync("<html><h2>Bad Request - Invalid Hostname</h2></html>");
            };
            server.Metadata["resource"] = "https://mcp.contoso.com/mcp";
        },
        ["redirect"] = (server, _) => server.Endpoint = Answer(307, "https://mcp.contoso.com/"),
        ["no header"] = (server, _) => server.Refuse = _ => { },
        ["renamed header"] = (server, _) => server.Refuse = response =>
            response.Headers["x-amzn-remapped-www-authenticate"] = server.Challenge,
        ["Basic only"] = (server, _) => server.Challenge = "Basic realm=\"x\"",
        ["no resource_metadata"] = (server, _) => server.Challenge = "Bearer realm=\"resource_metadata=x\"",
        ["two challenges"] = (server, _) => server.Challenge += ", Bearer realm=\"gateway\"",
        ["two headers"] = (server, _) => server.Refuse = response =>
            response.Headers.WWWAuthenticate = new([server.Challenge, "Bearer realm=\"gateway\""]),
        ["metadata elsewhere"] = (server, _) => server.Challenge = $"Bearer resource_metadata=\"{server.Origin}/elsewhere\"",
        ["metadata at no URL"] = (server, _) => server.Challenge = "Bearer resource_metadata=\"/metadata\"",
        ["metadata on another machine"] = (server, _) => server.Challenge = "Bearer resource_metadata=\"http://10.0.0.1/\"",
        ["wrong resource"] = (server, _) => server.Metadata["resource"] = "https://internal.contoso.com/mcp",
        ["slash"] = (server, _) => server.Metadata["resource"] = server.Url + "/",
        ["no resource"] = (server, _) => server.Metadata.Remove("resource"),
        ["no authorization server"] = (server, _) => server.Metadata["authorization_servers"] = new JsonArray(),
        ["file as authorization server"] = (server, _) =>
            server.Metadata["authorization_servers"] = new JsonArray("file:///etc/passwd"),
        ["unknown authorization server"] = (server, issuer) =>
            server.Metadata["authorization_servers"] = new JsonArray(issuer.Issuer + "x"),
        ["wrong issuer"] = (_, issuer) => issuer.Metadata["issuer"] = "https://login.contoso.com",
        ["issuer with slash"] = (_, issuer) => issuer.Metadata["issuer"] = issuer.Issuer + "/",
        ["no token endpoint"] = (_, issuer) => issuer.Metadata.Remove("token_endpoint"),
        ["script as sign-in page"] = (_, issuer) => issuer.Metadata["authorization_endpoint"] = "javascript:alert(1)",
        ["no PKCE"] = (_, issuer) => issuer.Metadata.Remove("code_challenge_methods_supported"),
        ["plain PKCE"] = (_, issuer) => issuer.Metadata["code_challenge_methods_supported"] = new JsonArray("plain"),
        ["no registration"] = (_, issuer) => issuer.Metadata.Remove("registration_endpoint"),
        ["no keys"] = (_, issuer) => issuer.Metadata["jwks_uri"] = issuer.Issuer + "/nothing",
        ["keys on another machine"] = (_, issuer) => issuer.Metadata["jwks_uri"] = "http://10.0.0.1/keys",
    };

    // ---- The generated server ----

    [Fact]
    public async Task Every_check_of_a_fresh_server_passes()
    {
        var result = await VerifyProgram.RunAsync(fixture.Url);

        Assert.Equal(s_withoutToken, result.Checks.Keys);
        Assert.All(result.Checks.Values, check => Assert.Equal("passed", (string?)check["status"]));
        Assert.Equal((0, 0), (result.ExitCode, (int)result.Json["failed"]!));
        Assert.Equal(fixture.Url, (string?)result.Json["url"]);
    }

    [Fact]
    public async Task Every_check_of_its_token_passes()
    {
        var result = await VerifyProgram.RunAsync(fixture.Url, "--token", await fixture.GetTokenAsync("todo:read todo:write"));

        Assert.Equal([.. s_withoutToken, .. s_ofToken], result.Checks.Keys);
        Assert.All(result.Checks.Values, check => Assert.Equal("passed", (string?)check["status"]));
        Assert.Contains("list_todos", result.Text("tools-list"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("whoami", "todo:read", "", "whoami answers: ", null)]
    [InlineData("add_todo", "todo:read", "tools-call", "add_todo is refused.", "Sign in with the scopes that it needs: todo:read todo:write")]
    [InlineData("nothing", "todo:read", "tools-call", "nothing cannot be called: ", "Call one of the tools above.")]
    [InlineData("add_todo", "todo:write", "tools-call", "add_todo answers with an error: ", "If it needs arguments, call it from an MCP client.")]
    public async Task A_tool_is_called(string tool, string scope, string failed, string text, string? cure)
    {
        var token = await fixture.GetTokenAsync(scope);
        var result = await VerifyProgram.RunAsync(fixture.Url, "--token", token, "--call", tool);

        Assert.Equal(failed, string.Join(' ', result.Failed));
        Assert.StartsWith(text, result.Text("tools-call"), StringComparison.Ordinal);
        Assert.Equal(cure, (string?)result.Checks["tools-call"]["cure"]);
        Assert.DoesNotContain(token, result.Command.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_with_less_than_all_scopes_is_a_warning()
    {
        var result = await VerifyProgram.RunAsync(fixture.Url, "--token", await fixture.GetTokenAsync("todo:read"));

        Assert.Equal(["token-scopes"], result.Warnings);
        Assert.EndsWith(": todo:write", result.Text("token-scopes"), StringComparison.Ordinal);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task People_get_a_line_for_each_check_without_colors_in_a_pipe()
    {
        var token = await fixture.GetTokenAsync("todo:read todo:write");
        var result = await VerifyProgram.RunAsync(null, [("TERM", "xterm-256color")], [fixture.Url, "--token", token]);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            s_withoutToken.Length + s_ofToken.Length, result.Command.Output.Split('\n').Count(line => line is ['✓', ' ', ..]));
        Assert.DoesNotContain('✗', result.Command.Output);
        Assert.DoesNotContain('\e', result.Command.Text);
        Assert.DoesNotContain(token[^20..], result.Command.Text, StringComparison.Ordinal);
    }

    /// <summary>As a person calls it in the folder of the project, where a project file and launch settings are, too.</summary>
    [Fact]
    public async Task It_runs_by_the_front_door()
    {
        var project = await Template.CreateAsync(Variants.Default);
        (string, string)[] environment = [("OAUTH__RESOURCE", fixture.Url)];
        var first = await VerifyProgram.RunDotnetAsync(project.Directory, environment, ["verify.cs"]);
        var second = await VerifyProgram.RunDotnetAsync(
            project.Directory, [], ["run", "--no-launch-profile", "--file", "verify.cs", "--", fixture.Url, "--json"]);

        Assert.Equal(0, first.Command.ShouldSucceed().ExitCode);
        Assert.Contains($"Verifying {fixture.Url} (OAUTH__RESOURCE ", first.Command.Output, StringComparison.Ordinal);
        Assert.Contains("15 checks, 0 failed.", first.Command.Output, StringComparison.Ordinal);
        Assert.Equal(s_withoutToken, second.Checks.Keys);
    }

    [Theory]
    [InlineData("default")]
    [InlineData("docker-tests")]
    public async Task It_is_one_file_at_the_root(string name)
    {
        var project = await Template.CreateAsync(Variants.Built.Single(variant => variant.Name == name));
        var code = project.Read("verify.cs").Split('\n')
            .Count(line => line.Trim() is { Length: > 0 } text && !text.StartsWith("//", StringComparison.Ordinal));

        Assert.InRange(code, 1, 1900);
        Assert.DoesNotContain("#:package", project.Read("verify.cs"), StringComparison.Ordinal);
        Assert.Single(project.Files, file => file.EndsWith("verify.cs", StringComparison.Ordinal));
    }

    // ---- Servers that are wrong ----

    [Theory]
    [InlineData("open to all", "refusal", "open to all")]
    [InlineData("other path", "refusal", "no MCP endpoint")]
    [InlineData("403", "refusal", "not 401")]
    [InlineData("moved", "refusal", "It is https://mcp.contoso.com/mcp")]
    [InlineData("other host", "refusal", "does not answer for the host that it gets")]
    [InlineData("redirect", "refusal", "It redirects to https://mcp.contoso.com/")]
    [InlineData("no header", "challenge", "plain 401, without a WWW-Authenticate header")]
    [InlineData("renamed header", "challenge", "A gateway has renamed the header to x-amzn-remapped-www-authenticate")]
    [InlineData("Basic only", "challenge", "no Bearer challenge")]
    [InlineData("no resource_metadata", "challenge", "Bearer challenge has no resource_metadata")]
    [InlineData("two challenges", "challenge", "2 Bearer challenges")]
    [InlineData("two headers", "challenge", "2 Bearer challenges")]
    [InlineData("metadata elsewhere", "metadata", "/elsewhere: 404")]
    [InlineData("metadata at no URL", "metadata-url", "It is no URL that clients may ask: /metadata")]
    [InlineData("metadata on another machine", "metadata-url", "It is no URL that clients may ask: http://10.0.0.1/")]
    [InlineData("wrong resource", "resource", "resource is another one, not {url}: https://internal.contoso.com/mcp")]
    [InlineData("slash", "resource", "resource differs in the slash at the end: {url}/")]
    [InlineData("no resource", "resource", "resource is missing")]
    [InlineData("no authorization server", "authorization-servers", "There is no https URL in ")]
    [InlineData("file as authorization server", "authorization-servers", "file:///etc/passwd")]
    [InlineData("unknown authorization server", "server-metadata", "issuerx/.well-known/openid-configuration: 404")]
    [InlineData("wrong issuer", "issuer", "issuer is another one, not {issuer}: https://login.contoso.com")]
    [InlineData("issuer with slash", "issuer", "issuer differs in the slash at the end")]
    [InlineData("no token endpoint", "endpoints", "no https URL in token_endpoint")]
    [InlineData("script as sign-in page", "endpoints", "no https URL in authorization_endpoint")]
    [InlineData("no PKCE", "pkce", "no S256")]
    [InlineData("plain PKCE", "pkce", "no S256")]
    [InlineData("no registration", "registration", "neither registration_endpoint nor client_id_metadata_document_supported")]
    [InlineData("no keys", "keys", "There are none.")]
    [InlineData("keys on another machine", "keys", "There are none.")]
    public async Task The_one_cause_is_named(string fault, string check, string cause)
    {
        await using var issuer = await StartIssuerAsync();
        await using var server = await FakeServer.StartAsync(issuer);
        s_faults[fault](server, issuer);
        var result = await VerifyProgram.RunAsync(server.Url);

        Assert.Equal([check], result.Failed);
        cause = cause.Replace("{url}", server.Url).Replace("{issuer}", issuer.Issuer);
        Assert.Contains(cause, result.Text(check), StringComparison.Ordinal);
        Assert.NotEmpty(result.Cure(check));
        Assert.Equal(1, result.ExitCode);
    }

    /// <summary>Otherwise a fault above might be one of the fake server itself.</summary>
    [Fact]
    public async Task Nothing_is_wrong_with_the_fake_server_and_its_session()
    {
        await using var issuer = await StartIssuerAsync();
        await using var server = await FakeServer.StartAsync(issuer);
        var token = issuer.CreateToken(server.Url, "read");
        server.Tokens.Add(token);
        var result = await VerifyProgram.RunAsync(server.Url, "--token", token);

        Assert.Equal("tools/list works: echo", result.Text("tools-list"));
        Assert.Empty(result.Failed);
        Assert.Equal(["iss"], result.Warnings);
    }

    [SkippableFact]
    public async Task A_server_that_takes_its_own_URLs_for_http_does_not_know_of_the_proxy()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Elsewhere a certificate cannot be trusted for one program.");
        using var certificate = CreateCertificate();
        var trusted = Path.Combine(Repository.CreateEmptyDirectory("verify-certificate"), "trusted.pem");
        await File.WriteAllTextAsync(trusted, certificate.ExportCertificatePem());
        await using var issuer = await StartIssuerAsync();
        await using var server = await FakeServer.StartAsync(issuer, certificate);
        var right = await VerifyProgram.RunAsync(null, [("SSL_CERT_FILE", trusted)], [server.Url, "--json"]);
        server.Challenge = server.Challenge.Replace("https:", "http:", StringComparison.Ordinal);
        server.Metadata["resource"] = server.Url.Replace("https:", "http:", StringComparison.Ordinal);
        var wrong = await VerifyProgram.RunAsync(null, [("SSL_CERT_FILE", trusted)], [server.Url, "--json"]);
        var unknown = await VerifyProgram.RunAsync(server.Url);

        Assert.Empty(right.Failed);
        Assert.Equal(["metadata-url", "resource"], wrong.Failed);
        Assert.Contains("http, though the server is https", wrong.Text("metadata-url"), StringComparison.Ordinal);
        Assert.Contains("proxy", wrong.Cure("metadata-url"), StringComparison.Ordinal);
        Assert.Contains("http instead of https", wrong.Text("resource"), StringComparison.Ordinal);
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("certificate", unknown.Text("refusal"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_one_cross()
    {
        var result = await VerifyProgram.RunAsync($"http://localhost:{ServerProcess.GetFreePort()}/mcp");

        Assert.Equal(["refusal"], result.Failed);
        Assert.Contains("Nothing answers", result.Text("refusal"), StringComparison.Ordinal);
    }

    // ---- Tokens that are wrong ----

    [Theory]
    [InlineData("no audience", "token-audience", "no audience")]
    [InlineData("other audience", "token-audience", "aud is another one, not {url}: https://other.contoso.com")]
    [InlineData("other issuer", "token-issuer", "iss is another one, not {issuer}: https://login.contoso.com")]
    [InlineData("expired", "token-lifetime", "It expired ")]
    [InlineData("not yet valid", "token-lifetime", "not valid yet, for 1")]
    [InlineData("other key", "token-key", "no such key: other")]
    [InlineData("symmetric", "token-format", "not signed with a private key: alg is HS256")]
    [InlineData("opaque", "token-format", "opaque")]
    [InlineData("encrypted", "token-format", "encrypted (five parts)")]
    public async Task What_does_not_fit_in_a_token_is_said_in_words(string fault, string check, string cause)
    {
        await using var server = await TodoServer.StartAsync(fixture.Issuer);
        var url = new Uri(server.Address, "mcp").AbsoluteUri;
        var result = await VerifyProgram.RunAsync(url, "--token", CreateToken(fault, url));

        Assert.Equal([check, "tools-list"], result.Failed);
        cause = cause.Replace("{url}", url).Replace("{issuer}", fixture.Issuer.Issuer);
        Assert.Contains(cause, result.Text(check), StringComparison.Ordinal);
        Assert.Contains("401", result.Text("tools-list"), StringComparison.Ordinal);
        Assert.Equal(2, result.ExitCode);
    }

    [Fact]
    public async Task A_token_without_any_scope_of_the_server_is_a_cross()
    {
        await using var server = await TodoServer.StartAsync(fixture.Issuer);
        var url = new Uri(server.Address, "mcp").AbsoluteUri;
        var result = await VerifyProgram.RunAsync(url, "--token", fixture.Issuer.CreateToken(url, "email"));

        Assert.Equal(["token-scopes"], result.Failed);
    }

    [Theory]
    [InlineData("scope", "other read")]
    [InlineData("scp", "read")]
    [InlineData("scp", null)]
    public async Task Scopes_are_found_in_each_form(string claim, string? value)
    {
        var result = await CheckScopesAsync((claim, value as object ?? new[] { "read" }));

        Assert.Empty(result.Failed);
        Assert.DoesNotContain("token-scopes", result.Warnings);
    }

    /// <summary>The server reads no scope of it either.</summary>
    [Theory]
    [InlineData("""{ "d": "x read y" }""")]
    [InlineData("""[["read"]]""")]
    [InlineData("""["read", 1]""")]
    [InlineData("[]")]
    public async Task What_is_no_list_of_texts_has_no_scope(string scope)
    {
        var result = await CheckScopesAsync(("scope", JsonSerializer.Deserialize<object>(scope)), ("permissions", "read"));

        Assert.Equal(["token-scopes"], result.Failed);
        Assert.DoesNotContain("OAuth:", result.Cure("token-scopes"), StringComparison.Ordinal);
    }

    /// <summary>Whether the server counts them cannot be seen from outside.</summary>
    [Theory]
    [InlineData("permissions", "OAuth:PermissionsAsScopes")]
    [InlineData("roles", "OAuth:AppRolesAsScopes")]
    public async Task What_counts_by_a_setting_only_is_a_warning_that_names_it(string claim, string setting)
    {
        var result = await CheckScopesAsync((claim, new[] { "read" }));

        Assert.Empty(result.Failed);
        Assert.Contains("token-scopes", result.Warnings);
        Assert.Contains($"read. Its {claim} count only if", result.Text("token-scopes"), StringComparison.Ordinal);
        Assert.Contains(setting, result.Cure("token-scopes"), StringComparison.Ordinal);
    }

    /// <summary>It may have reasons that cannot be seen from outside.</summary>
    [Theory]
    [InlineData("opaque", "", "token-format,iss")]
    [InlineData("encrypted", "", "token-format,iss")]
    [InlineData("other audience", "", "token-audience,iss")]
    [InlineData("audience with slash", "", "token-audience,iss")]
    [InlineData("no audience", "token-audience", "iss")]
    [InlineData("symmetric", "token-format", "iss")]
    public async Task What_the_server_takes_is_a_warning_unless_it_is_never_right(string fault, string failed, string warnings)
    {
        await using var issuer = await StartIssuerAsync();
        await using var server = await FakeServer.StartAsync(issuer);
        server.Metadata["authorization_servers"] = new JsonArray(fixture.Issuer.Issuer);
        server.Metadata["scopes_supported"] = new JsonArray("todo:read");
        var token = CreateToken(fault, server.Url);
        server.Tokens.Add(token);
        var result = await VerifyProgram.RunAsync(server.Url, "--token", token);

        Assert.Equal(failed.Split(',', StringSplitOptions.RemoveEmptyEntries), result.Failed);
        Assert.Equal(warnings.Split(',').Order(), result.Warnings.Order());
    }

    [Fact]
    public async Task A_server_that_takes_a_forged_token_is_found_out()
    {
        await using var issuer = await StartIssuerAsync();
        await using var server = await FakeServer.StartAsync(issuer);
        server.Endpoint = context =>
        {
            context.Response.StatusCode = context.Request.Headers.Authorization.Count == 0 ? 401 : 200;
            context.Response.Headers.WWWAuthenticate = server.Challenge;
            return context.Response.WriteAsync("""{ "jsonrpc": "2.0", "id": 1, "result": { "tools": [] } }""");
        };
        var result = await VerifyProgram.RunAsync(server.Url, "--token", issuer.CreateToken(server.Url, "read"));

        Assert.Equal(["wrong-token"], result.Failed);
    }

    [Fact]
    public async Task A_server_of_the_newest_revision_alone_is_called_without_initialize()
    {
        await using var issuer = await StartIssuerAsync();
        await using var server = await FakeServer.StartAsync(issuer);
        var token = issuer.CreateToken(server.Url, "read");
        server.Endpoint = context =>
        {
            var headers = context.Request.Headers;
            var isNew = headers["MCP-Protocol-Version"] == "2026-07-28" && headers["Mcp-Method"] == "tools/list";
            var isKnown = headers.Authorization == $"Bearer {token}";
            context.Response.StatusCode = isKnown ? isNew ? 200 : 400 : 401;
            context.Response.Headers.WWWAuthenticate = server.Challenge;
            return context.Response.WriteAsync("""{ "jsonrpc": "2.0", "id": 1, "result": { "tools": [{ "name": "new" }] } }""");
        };
        var result = await VerifyProgram.RunAsync(server.Url, "--token", token);

        Assert.Empty(result.Failed);
        Assert.Equal("tools/list works: new", result.Text("tools-list"));
    }

    // ---- Sign-in ----

    [Fact]
    public async Task It_signs_in_as_a_client_and_goes_on_with_the_token()
    {
        Uri? page = null;
        var result = await SignInAsync([], async url =>
        {
            page = url;
            var browser = new Browser(fixture.Server.Client);
            var consent = await browser.OpenAsync(url.AbsoluteUri);
            Assert.Contains("verify.cs", consent.Text, StringComparison.Ordinal);
            return (await browser.SubmitAsync(consent, "Allow")).Response.Headers.Location!;
        });
        var query = QueryHelpers.ParseQuery(page!.Query);

        Assert.Equal([.. s_withoutToken, "client", "sign-in", .. s_ofToken], result.Checks.Keys);
        Assert.All(result.Checks.Values, check => Assert.Equal("passed", (string?)check["status"]));
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(fixture.Url, query["resource"]);
        Assert.Equal("S256", query["code_challenge_method"]);
        Assert.Equal("todo:read todo:write", query["scope"]);
        Assert.Equal(43, query["code_challenge"].ToString().Length);
        Assert.True(query["state"].ToString().Length >= 40);
    }

    [Fact]
    public async Task It_can_be_a_client_that_has_a_metadata_document()
    {
        await using var documents = await ClientDocuments.StartAsync();
        var result = await SignInAsync(["--client-id", documents.Url("good")], async url =>
        {
            var browser = new Browser(fixture.Server.Client);
            return (await browser.SubmitAsync(await browser.OpenAsync(url.AbsoluteUri), "Allow")).Response.Headers.Location!;
        });

        Assert.Empty(result.Failed);
        Assert.Contains("It has an id.", result.Text("client"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("state=x", "another state")]
    [InlineData("state={state}&iss=https://login.contoso.com&code=x", "iss is https://login.contoso.com")]
    [InlineData("state={state}&code=x", "iss is missing")]
    [InlineData("state={state}&iss={issuer}&error=access_denied&error_description=no%1B[31m", @": access_denied no\u001B[31m")]
    [InlineData("state={state}&state={state}&iss={issuer}&code=x", "another state")]
    public async Task An_answer_that_is_not_to_its_request_is_not_used(string answer, string cause)
    {
        var result = await SignInAsync([], url =>
        {
            var query = QueryHelpers.ParseQuery(url.Query);
            var text = answer.Replace("{state}", query["state"]).Replace("{issuer}", fixture.DevIssuer);
            return Task.FromResult(new Uri($"{query["redirect_uri"]}?{text}"));
        });

        Assert.Equal(["sign-in"], result.Failed);
        Assert.Contains(cause, result.Text("sign-in"), StringComparison.Ordinal);
        Assert.DoesNotContain("token-format", result.Checks.Keys);
    }

    [Fact]
    public async Task A_code_that_is_not_good_is_a_cross()
    {
        var result = await SignInAsync([], url =>
        {
            var query = QueryHelpers.ParseQuery(url.Query);
            return Task.FromResult(new Uri($"{query["redirect_uri"]}?code=x&state={query["state"]}&iss={fixture.DevIssuer}"));
        });

        Assert.Equal(["sign-in"], result.Failed);
        Assert.Contains("It is not valid: it is unknown", result.Text("sign-in"), StringComparison.Ordinal);
    }

    // ---- Hostile servers ----

    [Fact]
    public async Task Text_from_the_network_cannot_command_the_terminal()
    {
        await using var issuer = await StartIssuerAsync();
        await using var server = await FakeServer.StartAsync(issuer);
        server.Metadata["resource"] = "x\e[2J\n✓ All is well.\u202E\u0000" + new string('y', 100_000);
        var result = await VerifyProgram.RunAsync(null, [], [server.Url]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(@"x\u001B[2J\u000A✓ All is well.\u202E\u0000yyy", result.Command.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(result.Command.Text, c => char.IsControl(c) && c != '\n');
        Assert.All(result.Command.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 700));
    }

    [Fact]
    public async Task A_token_that_the_server_repeats_is_not_printed()
    {
        await using var issuer = await StartIssuerAsync();
        await using var server = await FakeServer.StartAsync(issuer);
        var token = issuer.CreateToken(server.Url, "read");
        server.Refuse = response =>
        {
            var sent = response.HttpContext.Request.Headers.Authorization.ToString().Split(' ')[^1];
            response.Headers.WWWAuthenticate = $"{server.Challenge}, error_description=\"bad {sent}\"";
        };
        var result = await VerifyProgram.RunAsync(server.Url, "--token", token);

        Assert.Contains("bad (token)", result.Text("tools-list"), StringComparison.Ordinal);
        Assert.DoesNotContain(token[^20..], result.Command.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_goes_to_the_MCP_endpoint_only_and_never_after_a_redirect()
    {
        await using var issuer = await StartIssuerAsync();
        await using var other = await FakeServer.StartAsync(issuer);
        await using var server = await FakeServer.StartAsync(issuer);
        var token = issuer.CreateToken(server.Url, "read");
        server.Metadata["authorization_servers"] = new JsonArray(other.Origin);
        server.Endpoint = context =>
        {
            var isFirst = context.Request.Headers.Authorization.Count == 0;
            context.Response.StatusCode = isFirst ? 401 : 307;
            context.Response.Headers.WWWAuthenticate = isFirst ? server.Challenge : default;
            context.Response.Headers.Location = isFirst ? default : other.Url;
            return Task.CompletedTask;
        };
        var result = await VerifyProgram.RunAsync(server.Url, "--token", token);

        Assert.Contains("307", result.Text("tools-list"), StringComparison.Ordinal);
        Assert.NotEmpty(other.Requests);
        Assert.All(other.Requests, request => Assert.Empty(request.Authorization));
        Assert.Contains(server.Requests, request => request == ("/mcp", $"Bearer {token}"));
        Assert.All(server.Requests.Where(request => request.Path != "/mcp"), request => Assert.Empty(request.Authorization));
    }

    [Theory]
    [InlineData("endless")]
    [InlineData("not JSON")]
    [InlineData("doubled")]
    [InlineData("deep")]
    [InlineData("array")]
    [InlineData("wrong types")]
    public async Task A_body_that_is_no_answer_does_no_harm(string kind)
    {
        await using var issuer = await StartIssuerAsync();
        await using var server = await FakeServer.StartAsync(issuer);
        server.Endpoint = async context =>
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = server.Challenge;
            while (kind == "endless" && !context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(new byte[64 * 1024]);
            }

            await context.Response.WriteAsync(kind switch
            {
                "doubled" => """{ "id": 1, "id": 1, "result": {} }""",
                "deep" => new string('[', 100_000),
                "array" => "[1]",
                "wrong types" => """{ "id": 1, "result": [], "error_description": 1 }""",
                _ => "<html>",
            });
        };
        var result = await VerifyProgram.RunAsync(server.Url, "--token", "x.y.z");

        Assert.Equal(["token-format", "tools-list"], result.Failed);
    }

    // ---- The URL ----

    [Theory]
    [InlineData(0, "the argument")]
    [InlineData(1, "OAuth:Resource in appsettings.json")]
    [InlineData(2, "OAUTH__RESOURCE in the environment or .env")]
    [InlineData(3, "RESOURCE_ID in the environment or .env")]
    [InlineData(4, "SERVER_URL in the environment or .env")]
    [InlineData(5, "PUBLIC_URL in the environment or .env")]
    [InlineData(6, "OAuth:Resource in appsettings.Development.json")]
    public async Task The_URL_comes_from_the_first_source_that_has_one(int position, string source)
    {
        // The source at the position has the right URL, those after it a wrong one, and those before it none.
        var url = fixture.Url;
        var folder = Repository.CreateEmptyDirectory("verify-sources");
        Write("src/Server/appsettings.json",
            $$"""{ "oauth": { "Resource": "{{Url(1, "https://mcp.example.com/mcp")}}", }, /* of people */ }""");
        Write(".env", $"""
            # SERVER_URL=http://localhost:1/
            SERVER_URL_2=http://localhost:1/
            export OAuth__Resource={Url(2, "")}
            SERVER_URL = '{Url(4, "not a URL")}' # of the proxy
            PUBLIC_URL=http://localhost:1/
            """);
        Write("src/Server/appsettings.Development.json", $$"""{ "OAuth": { "Resource": "{{Url(6, "")}}" } }""");
        (string, string)[] environment = [("RESOURCE_ID", Url(3, "res_123")), ("PUBLIC_URL", Url(5, ""))];
        var result = await VerifyProgram.RunAsync(folder, environment, position == 0 ? [url, "--json"] : ["--json"]);

        Assert.Equal((source, url), ((string?)result.Json["source"], (string?)result.Json["url"]));
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(position > 1, result.Command.Error.Contains("is a placeholder, https://mcp", StringComparison.Ordinal));
        Assert.Equal(position > 4, result.Command.Error.Contains("is no URL, not a URL", StringComparison.Ordinal));

        string Url(int at, string before) => at < position ? before : at == position ? url : "http://localhost:1/wrong";

        void Write(string file, string text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, file))!);
            File.WriteAllText(Path.Combine(folder, file), text);
        }
    }

    [Theory]
    [InlineData]
    [InlineData("--unknown")]
    [InlineData("/mcp")]
    [InlineData("ftp://localhost/mcp")]
    [InlineData("http://user:secret@localhost/mcp")]
    [InlineData("http://localhost/mcp#x")]
    [InlineData("http://localhost/mcp", "eyJhbGciOiJub25lIn0.e30.")]
    [InlineData("http://localhost/mcp", "--token")]
    [InlineData("http://localhost/mcp", "--token", "a b")]
    [InlineData("http://localhost/mcp", "--token", "-")]
    [InlineData("http://localhost/mcp", "--port", "70000")]
    [InlineData("http://localhost/mcp", "--call", "whoami")]
    [InlineData("http://localhost/mcp", "--login", "--call")]
    public async Task What_cannot_work_gets_the_usage(params string[] arguments)
    {
        var result = await VerifyProgram.RunAsync(Repository.CreateEmptyDirectory("verify-nothing"), [], arguments);

        Assert.Equal((64, ""), (result.ExitCode, result.Command.Output));
        Assert.Contains("Usage: dotnet verify.cs [URL] [options]", result.Command.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", result.Command.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", result.Command.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_is_no_error()
    {
        var result = await VerifyProgram.RunAsync(null, [], ["--help"]);

        Assert.Equal((0, ""), (result.ExitCode, result.Command.Error));
        Assert.StartsWith("Usage: ", result.Command.Output, StringComparison.Ordinal);
    }

    private static Func<HttpContext, Task> Answer(int status, string? location = null) => context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = location;
        return Task.CompletedTask;
    };

    /// <summary>A token with these claims, for a server that wants one scope and puts a prefix before it.</summary>
    private static async Task<VerifyResult> CheckScopesAsync(params (string, object?)[] claims)
    {
        await using var issuer = await StartIssuerAsync();
        await using var server = await FakeServer.StartAsync(issuer);
        server.Metadata["scopes_supported"] = new JsonArray("api://server/read");
        var token = issuer.CreateToken(server.Url, claims: claims);
        server.Tokens.Add(token);
        return await VerifyProgram.RunAsync(server.Url, "--token", token);
    }

    private static async Task<TestIssuer> StartIssuerAsync()
    {
        var issuer = await TestIssuer.StartNewAsync();
        Fixture.Complete(issuer);
        return issuer;
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private string CreateToken(string fault, string url)
    {
        var issuer = fixture.Issuer;
        var now = DateTimeOffset.UtcNow;
        using var rsa = RSA.Create(2048);
        return fault switch
        {
            "no audience" => Create(("aud", null)),
            "other audience" => Create(("aud", new[] { "https://other.contoso.com" })),
            "audience with slash" => Create(("aud", url + "/")),
            "other issuer" => Create(("iss", "https://login.contoso.com")),
            "expired" => Create(("exp", now.AddSeconds(-60).ToUnixTimeSeconds())),
            "not yet valid" => Create(("nbf", now.AddMinutes(3).ToUnixTimeSeconds())),
            "other key" => Sign(new RsaSecurityKey(rsa) { KeyId = "other" }, SecurityAlgorithms.RsaSha256),
            "symmetric" => Sign(
                new SymmetricSecurityKey(new byte[32]) { KeyId = issuer.Key.KeyId }, SecurityAlgorithms.HmacSha256),
            "opaque" => "2YotnFZFEjr1zCsicMWpAA",
            "encrypted" => new JsonWebTokenHandler().EncryptToken(Create(), new EncryptingCredentials(
                issuer.Key, SecurityAlgorithms.RsaOAEP, SecurityAlgorithms.Aes256CbcHmacSha512)),
            _ => throw new ArgumentOutOfRangeException(nameof(fault)),
        };

        string Create(params (string, object?)[] claims) => issuer.CreateToken(url, "todo:read", claims: claims);

        string Sign(SecurityKey key, string algorithm) =>
            issuer.CreateToken(url, "todo:read", signedBy: new SigningCredentials(key, algorithm));
    }

    private Task<VerifyResult> SignInAsync(string[] arguments, Func<Uri, Task<Uri>> consentAsync) => VerifyProgram.RunAsync(
        null, [], [fixture.Url, "--login", "--no-browser", "--json", .. arguments],
        async url =>
        {
            var redirect = await consentAsync(url);
            using var http = new HttpClient();
            await http.GetStringAsync(redirect);
        });

    public sealed class Fixture : IAsyncLifetime
    {
        internal ServerProcess Server { get; private set; } = null!;

        internal TestIssuer Issuer { get; private set; } = null!;

        public string Url => new Uri(Server.Address, "mcp").AbsoluteUri;

        public string DevIssuer => new Uri(Server.Address, "dev-auth").AbsoluteUri;

        /// <summary>Makes an issuer one that clients can use.</summary>
        internal static void Complete(TestIssuer issuer)
        {
            issuer.Metadata["authorization_endpoint"] = issuer.Issuer + "/authorize";
            issuer.Metadata["token_endpoint"] = issuer.Issuer + "/token";
            issuer.Metadata["registration_endpoint"] = issuer.Issuer + "/register";
            issuer.Metadata["code_challenge_methods_supported"] = new JsonArray("S256");
        }

        public async Task<string> GetTokenAsync(string scope)
        {
            using var form = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = "dev-script",
                ["client_secret"] = "dev-secret",
                ["scope"] = scope,
            });
            using var response = await Server.Client.PostAsync("/dev-auth/token", form);
            return (string)(await response.Content.ReadFromJsonAsync<JsonNode>())!["access_token"]!;
        }

        public async Task InitializeAsync()
        {
            // For a client whose metadata document is on this machine.
            Server = await TodoServer.StartAsync(("DevAuth__AllowLoopbackClientIds", "true"));
            Issuer = await TestIssuer.StartNewAsync();
            Complete(Issuer);
        }

        public async Task DisposeAsync()
        {
            await Server.DisposeAsync();
            await Issuer.DisposeAsync();
        }
    }
}
