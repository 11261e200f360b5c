using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace McpOAuthTemplates.Tests.Providers;

/// <summary>
/// The hosts of the providers, all on one port of the loopback interface. To a server under test it is an HTTPS proxy: it says
/// yes to every CONNECT and then answers itself, with a certificate for the host that was asked for. The server trusts the
/// authority of these certificates by the environment of its process, so that it checks names and signatures as it always does.
/// </summary>
internal sealed class ProviderHosts : IAsyncDisposable
{
    private readonly X509Certificate2 _authority = CreateAuthority();
    private readonly ConcurrentDictionary<string, X509Certificate2> _certificates = new();
    private readonly ConcurrentDictionary<string, string> _documents = new();
    private readonly ConcurrentDictionary<string, RequestDelegate> _answers = new();

    // Of its own: tests of another class may run at the same time.
    private readonly string _folder = Repository.CreateEmptyDirectory("provider-hosts", Guid.NewGuid().ToString("N"));
    private readonly int _port = ServerProcess.GetFreePort();
    private WebApplication? _app;

    private ProviderHosts() => File.WriteAllText(AuthorityFile, _authority.ExportCertificatePem());

    /// <summary>Where a process finds these hosts, and nothing else of the network.</summary>
    public (string Name, string Value)[] Proxy => [("https_proxy", $"http://127.0.0.1:{_port}"), ("no_proxy", "")];

    /// <summary>The certificates that a process trusts then: these, and no others.</summary>
    public (string Name, string Value)[] Trust =>
        [("SSL_CERT_FILE", AuthorityFile), ("SSL_CERT_DIR", Path.Combine(_folder, "none"))];

    private string AuthorityFile => Path.Combine(_folder, "authority.pem");

    public static async Task<ProviderHosts> StartAsync()
    {
        var hosts = new ProviderHosts();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, hosts._port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => async connection =>
            {
                await AcceptTunnelAsync(connection);
                await next(connection);
            });
            listen.UseHttps(https => https.ServerCertificateSelector = (_, host) => hosts.GetCertificate(host));
        }));
        hosts._app = builder.Build();
        hosts._app.Run(hosts.AnswerAsync);
        await hosts._app.StartAsync();
        return hosts;
    }

    /// <summary>Publishes a JSON document at a URL. Everything else is 404.</summary>
    public void Publish(string url, string json) => _documents[url] = json;

    /// <summary>Answers requests to a URL.</summary>
    public void Answer(string url, RequestDelegate answer) => _answers[url] = answer;

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        foreach (var certificate in _certificates.Values)
        {
            certificate.Dispose();
        }

        _authority.Dispose();
    }

    // The client waits for the answer, so that nothing of the tunnel can have come with the request.
    private static async Task AcceptTunnelAsync(ConnectionContext connection)
    {
        var input = connection.Transport.Input;
        while (true)
        {
            var read = await input.ReadAsync();
            if (EndsWithEmptyLine(read.Buffer))
            {
                input.AdvanceTo(read.Buffer.End);
                await connection.Transport.Output.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
                return;
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                throw new ConnectionAbortedException("No request for a tunnel.");
            }
        }

        static bool EndsWithEmptyLine(ReadOnlySequence<byte> bytes) =>
            bytes.Length >= 4 && bytes.Slice(bytes.Length - 4).ToArray().AsSpan().SequenceEqual("\r\n\r\n"u8);
    }

    private Task AnswerAsync(HttpContext context)
    {
        var url = $"https://{context.Request.Host}{context.Request.Path}";
        if (_answers.TryGetValue(url, out var answer))
        {
            return answer(context);
        }

        if (!_documents.TryGetValue(url, out var json))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }

    private X509Certificate2? GetCertificate(string? host) =>
        host is null ? null : _certificates.GetOrAdd(host, CreateCertificate);

    private X509Certificate2 CreateCertificate(string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(
            _authority, _authority.NotBefore, _authority.NotAfter, RandomNumberGenerator.GetBytes(16));
        return certificate.CopyWithPrivateKey(key);
    }

    private static X509Certificate2 CreateAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Tests of McpOAuthTemplates", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        var now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
    }
}
