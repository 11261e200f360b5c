using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace TodoServer.Authorization;

/// <summary>
/// Reads the discovery document of the issuer and its keys. For tests, a keyed service
/// Func&lt;HttpMessageHandler&gt; with the key <see cref="OAuthDefaults.AuthenticationScheme"/>
/// replaces the network.
/// </summary>
internal sealed class DiscoveryDocument
{
    private readonly IOptions<OAuthOptions> _oauth;
    private readonly IServiceProvider _services;
    private readonly Lazy<HttpDocumentRetriever> _network;

    public DiscoveryDocument(IOptions<OAuthOptions> oauth, IServiceProvider services)
    {
        _oauth = oauth;
        _services = services;
        _network = new(CreateNetwork);
    }

    /// <summary>Throws <see cref="IssuerUnavailableException"/>.</summary>
    public async Task<OpenIdConnectConfiguration> ReadAsync()
    {
        OpenIdConnectConfiguration document;
        try
        {
            document = await OpenIdConnectConfigurationRetriever.GetAsync(
                _oauth.Value.DiscoveryAddress, _network.Value, CancellationToken.None);
        }
        catch (Exception exception)
        {
            throw new IssuerUnavailableException(IssuerUnavailableException.NotReadable, exception);
        }

        // RFC 8414, section 3.3: what another issuer publishes must not be used.
        if (!_oauth.Value.AcceptedIssuers.Contains(document.Issuer, StringComparer.Ordinal))
        {
            throw new IssuerUnavailableException(
                "The discovery document names another issuer than the setting OAuth:Issuer.");
        }

        return document;
    }

    private HttpDocumentRetriever CreateNetwork()
    {
        var environment = _services.GetRequiredService<IHostEnvironment>();
        return new HttpDocumentRetriever(CreateClient()) { RequireHttps = !environment.IsDevelopment() };
    }

    private HttpClient CreateClient()
    {
        var network = _services.GetKeyedService<Func<HttpMessageHandler>>(OAuthDefaults.AuthenticationScheme);

        // A proxy cannot reach this machine itself.
        var isNear = new Uri(_oauth.Value.DiscoveryAddress).IsLoopback;
        return new HttpClient(network?.Invoke() ?? new SocketsHttpHandler { UseProxy = !isNear })
        {
            Timeout = TimeSpan.FromSeconds(10),
            MaxResponseContentBufferSize = 1024 * 1024,
        };
    }
}
