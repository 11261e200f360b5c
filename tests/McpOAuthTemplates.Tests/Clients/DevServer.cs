using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using McpOAuthTemplates.Tests.DevAuth;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Clients;

/// <summary>
/// A todo server with the development authorization server, and the metadata document of a client, which is served by HTTPS with
/// a certificate that the server trusts. Started once for a class of tests; each test signs in as somebody else.
/// </summary>
public sealed class DevServer : IAsyncLifetime
{
    // One for all: the classes of tests run at the same time.
    private static readonly Lazy<(X509Certificate2 Certificate, string File)> s_localhost = new(CreateCertificate);

    internal ServerProcess Server { get; private set; } = null!;

    internal ClientDocuments Documents { get; private set; } = null!;

    public Uri Endpoint => new(Server.Address, "mcp");

    public async Task InitializeAsync()
    {
        var (certificate, trusted) = s_localhost.Value;
        Documents = await ClientDocuments.StartAsync(certificate);
        Server = await TodoServer.StartAsync(("SSL_CERT_FILE", trusted), ("Mcp__RequestsPerMinute", "100000"));
    }

    public async Task DisposeAsync()
    {
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }

        await Documents.DisposeAsync();
    }

    private static (X509Certificate2 Certificate, string File) CreateCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var file = Path.Combine(Repository.CreateEmptyDirectory("client-documents"), "localhost.pem");
        File.WriteAllText(file, certificate.ExportCertificatePem());
        return (certificate, file);
    }
}
