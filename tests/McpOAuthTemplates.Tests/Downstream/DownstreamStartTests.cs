using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Downstream;

/// <summary>Settings of an API that cannot work or are not safe stop the start, in one message with those of "OAuth".</summary>
public sealed class DownstreamStartTests
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<CommandResult>>> s_starts = new();

    private static readonly Lazy<string> s_expired = new(CreateExpiredCertificate);

    // What cannot stand beside others has a start of its own.
    private static readonly Dictionary<string, (string Name, string Value)[]> s_settings = new()
    {
        ["as generated"] = [],
        ["many"] =
        [
            ("BaseAddress", "http://orders.contoso.com/"),
            ("ClientId", ""),
            ("ClientSecret", "secret-4711"),
            ("ClientCertificate", "certificate-4711"),
            ("Resource", "https://mcp.contoso.com/mcp/"),
            ("Audience", "YOUR-AUDIENCE"),
            ("TokenEndpoint", "https://login.contoso.com/token?tenant=1"),
            ("OnBehalfOf", "true"),
            ("Scpe", "x"),
        ],
        ["others"] =
        [
            ("BaseAddress", "orders.contoso.com"),
            ("ClientSecret", "YOUR-SECRET-4711"),
            ("Resource", "orders#all"),
        ],
        ["none"] = [("Resource", ""), ("ClientCertificate", "-----BEGIN CERTIFICATE-----")],
        ["expired"] = [("ClientCertificate", "EXPIRED")],
    };

    public static TheoryData<string, string> Refusals => new()
    {
        { "as generated", "Downstream:Orders:BaseAddress is still the placeholder 'https://orders.example.com'" },
        { "as generated", "Downstream:Orders:ClientId is still the placeholder 'YOUR-CLIENT-ID'" },
        { "as generated", "or as environment variable Downstream__Orders__ClientId." },
        { "as generated", "Downstream:Orders:Resource is still the placeholder" },
        {
            "as generated",
            "Downstream:Orders:ClientSecret or ClientCertificate is needed. Set it as environment variable "
            + "Downstream__Orders__ClientSecret or Downstream__Orders__ClientCertificate."
        },
        { "many", "Downstream:Orders:BaseAddress must be https outside Development, but is 'http://orders.contoso.com/'" },
        { "many", "Downstream:Orders:ClientId must not be empty" },
        { "many", "Downstream:Orders:ClientSecret and ClientCertificate exclude each other" },
        { "many", "Downstream:Orders:Resource must be the other API, not this server itself" },
        { "many", "Downstream:Orders:Audience is still the placeholder" },
        { "many", "Downstream:Orders:TokenEndpoint must have no query, fragment or user name" },
        { "many", "Downstream:Orders:Scope is needed with OnBehalfOf" },
        { "many", "Downstream:Orders:Scpe is not a setting of this server" },
        { "others", "Downstream:Orders:BaseAddress must be an absolute https URL, but is 'orders.contoso.com'" },
        { "others", "Downstream:Orders:ClientSecret is still a placeholder" },
        { "others", "Downstream:Orders:Resource must be an absolute URI without a fragment, but is 'orders#all'" },
        { "none", "Downstream:Orders:Scope or Resource or Audience is needed: it says which API the token is for" },
        { "none", "Downstream:Orders:ClientCertificate must be a certificate and its private key, both as PEM" },
        { "expired", "Downstream:Orders:ClientCertificate has expired on 2024-01-02" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_bad_setting_stops_the_start(string settings, string problem)
    {
        var start = await StartAsync(settings);

        Assert.NotEqual(0, start.ExitCode);
        Assert.Contains(problem, start.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("4711", start.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Now listening", start.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_one_message_with_the_others()
    {
        var start = await RunToEndAsync();

        Assert.Contains("OAuth:Issuer is still the placeholder", start.Output, StringComparison.Ordinal);
        Assert.Contains("Downstream:Orders:ClientId is still the placeholder", start.Output, StringComparison.Ordinal);
        Assert.Single(start.Output.Split('\n'), line => line.Contains("Unhandled exception", StringComparison.Ordinal));
    }

    /// <summary>The file is in the repository of the project, and in its image.</summary>
    [Fact]
    public async Task A_secret_in_the_settings_of_the_project_stops_the_start()
    {
        var project = await ServersUnderTest.BuiltAsync(DownstreamServer.Folder);
        var folder = Repository.CreateEmptyDirectory("downstream-secret");
        var settings = await File.ReadAllTextAsync(Path.Combine(project.ContentRoot, "appsettings.json"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "appsettings.json"),
            settings.Replace("\"ClientId\":", "\"ClientSecret\": \"secret-4711\",\n      \"ClientId\":", StringComparison.Ordinal));
        var start = await ServerProcess.RunToEndAsync(project.GetAssembly(), folder, "Production", GetSettings());

        Assert.Contains("Downstream:Orders: appsettings.json must not contain a secret", start.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("4711", start.Output, StringComparison.Ordinal);
    }

    private static async Task<CommandResult> RunToEndAsync(params (string Name, string Value)[] settings)
    {
        var project = await ServersUnderTest.BuiltAsync(DownstreamServer.Folder);
        return await ServerProcess.RunToEndAsync(project.GetAssembly(), project.ContentRoot, "Production", settings);
    }

    private static Task<CommandResult> StartAsync(string settings) => s_starts.GetOrAdd(
        settings, name => new(() => RunToEndAsync(GetSettings(s_settings[name])))).Value;

    private static (string Name, string Value)[] GetSettings(params (string Name, string Value)[] settings) =>
    [
        ("OAuth__Issuer", "https://login.contoso.com"),
        ("OAuth__Resource", "https://mcp.contoso.com/mcp"),
        .. settings.Select(setting => ($"Downstream__Orders__{setting.Name}", setting.Value == "EXPIRED" ? s_expired.Value : setting.Value)),
    ];

    private static string CreateExpiredCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256);
        var start = new DateTimeOffset(2024, 1, 1, 12, 0, 0, TimeSpan.Zero);
        using var certificate = request.CreateSelfSigned(start, start.AddDays(1));
        return certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem();
    }
}
