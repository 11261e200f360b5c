using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Wiring;

/// <summary>In Development, a wired app knows its own address, whatever told it where to listen.</summary>
public sealed class DevelopmentAddressTests
{
    public static TheoryData<string> Sources =>
    [
        "OwnUrl=http://localhost:{port}", // app.Run(url)
        "ASPNETCORE_URLS=http://localhost:{port}",
        "ASPNETCORE_HTTP_PORTS={port}",
        "DOTNET_URLS=http://127.0.0.1:{port}",
        "Kestrel__Endpoints__Http__Url=http://localhost:{port}",
        "--urls=http://localhost:{port}",
        "--Kestrel:Endpoints:Own:Url=http://127.0.0.1:{port}",
    ];

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task The_metadata_names_it_and_a_token_for_it_is_good(string source)
    {
        var port = ServerProcess.GetFreePort();
        await using var server = await StartAsync(source.Replace("{port}", $"{port}", StringComparison.Ordinal));
        using var client = new HttpClient { BaseAddress = new Uri($"http://localhost:{port}") };
        var metadata = await ReadMetadataAsync(server, client);

        Assert.Equal($"http://localhost:{port}/mcp", (string?)metadata["resource"]);
        Assert.Equal($"http://localhost:{port}/dev-auth", (string?)metadata["authorization_servers"]![0]);

        using var response = await client.CallToolAsync("get_note", await GetTokenAsync(client));
        Assert.True(response.IsSuccessStatusCode, $"{response}\n{server.Output}");
    }

    [Fact]
    public async Task The_issuer_can_be_another_one()
    {
        await using var issuer = await TestIssuer.StartNewAsync();
        var port = ServerProcess.GetFreePort();
        await using var server = await StartAsync($"OwnUrl=http://localhost:{port}", ("OAuth__Issuer", issuer.Issuer));
        using var client = new HttpClient { BaseAddress = new Uri($"http://localhost:{port}") };
        var metadata = await ReadMetadataAsync(server, client);
        var token = issuer.CreateToken($"http://localhost:{port}/mcp", "todo:read");
        using var response = await client.CallToolAsync("get_note", token);

        Assert.Equal(issuer.Issuer, (string?)metadata["authorization_servers"]![0]);
        Assert.True(response.IsSuccessStatusCode, $"{response}\n{server.Output}");
    }

    [Theory]
    [InlineData("http://localhost:4710")]
    [InlineData("http://localhost:4710/")]
    public async Task Behind_a_proxy_the_settings_name_it(string address)
    {
        var port = ServerProcess.GetFreePort();
        await using var server = await StartAsync($"OwnUrl=http://localhost:{port}", ("OAuth__DevelopmentAddress", address));
        using var client = new HttpClient { BaseAddress = new Uri($"http://localhost:{port}") };
        var metadata = await ReadMetadataAsync(server, client);

        Assert.Equal("http://localhost:4710/mcp", (string?)metadata["resource"]);
        Assert.Equal("http://localhost:4710/dev-auth", (string?)metadata["authorization_servers"]![0]);
        await Poll.UntilContainsAsync(() => server.Output, "MCP endpoint: http://localhost:4710/mcp.");
        Assert.DoesNotContain("it does not listen on the port", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_https_only_it_works_or_a_sentence_says_what_to_do()
    {
        var port = ServerProcess.GetFreePort();
        var certificate = await CreateCertificateAsync();
        await using var server = await StartAsync(
            $"Kestrel__Endpoints__Https__Url=https://localhost:{port}", ("Kestrel__Certificates__Default__Path", certificate));
        using var client = new HttpClient(new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
        });
        client.BaseAddress = new Uri($"https://localhost:{port}");
        var exception = await Record.ExceptionAsync(() => CallAsync(server, client));
        if (exception is not null)
        {
            Assert.DoesNotContain("but is '/dev-auth'", server.Output, StringComparison.Ordinal);
            Assert.Matches(@"(?i)\bhttp\b[^\n]*(launchSettings|--urls|address|OAuth:Issuer)", server.Output);
        }
    }

    private static async Task CallAsync(LoggedProcess server, HttpClient client)
    {
        var metadata = await ReadMetadataAsync(server, client);
        Assert.Equal(new Uri(client.BaseAddress!, "mcp").AbsoluteUri, (string?)metadata["resource"]);
        using var response = await client.CallToolAsync("get_note", await GetTokenAsync(client));
        Assert.True(response.IsSuccessStatusCode, $"{response}");
    }

    // An argument or a variable, as it would stand on a command line.
    private static async Task<LoggedProcess> StartAsync(string source, params (string Name, string Value)[] settings)
    {
        var app = ExistingApps.Find("run-url");
        await ExistingAppBuild.ShouldBuildAsync(app);
        string[] arguments = source.StartsWith("--", StringComparison.Ordinal) ? [source] : [];
        var start = Dotnet.CreateStartInfo(app.After, Dotnet.Home, [ExistingApp.GetAssembly(app.After), .. arguments]);
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["HOME"] = Dotnet.Home;
        if (arguments.Length == 0)
        {
            var parts = source.Split('=', 2);
            start.Environment[parts[0]] = parts[1];
        }

        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return LoggedProcess.Start(start);
    }

    private static async Task<JsonNode> ReadMetadataAsync(LoggedProcess server, HttpClient client)
    {
        JsonNode? metadata = null;
        await Poll.UntilAsync(async () =>
        {
            Assert.False(server.HasExited, $"The server has stopped:\n{server.Output}");
            try
            {
                metadata = await client.GetFromJsonAsync<JsonNode>("/.well-known/oauth-protected-resource/mcp");
            }
            catch (HttpRequestException exception) when (exception.StatusCode is null)
            {
                // It does not listen yet.
            }

            return metadata is not null;
        });
        return metadata!;
    }

    private static async Task<string> GetTokenAsync(HttpClient client)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = "dev-script",
            ["client_secret"] = "dev-secret",
            ["scope"] = "todo:read",
        });
        using var response = await client.PostAsync("/dev-auth/token", form);
        var answer = await response.Content.ReadFromJsonAsync<JsonNode>();
        return (string)answer!["access_token"]!;
    }

    private static async Task<string> CreateCertificateAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var path = Path.Combine(Template.Sandbox, "localhost.pfx");
        await File.WriteAllBytesAsync(path, certificate.Export(X509ContentType.Pfx));
        return path;
    }
}
