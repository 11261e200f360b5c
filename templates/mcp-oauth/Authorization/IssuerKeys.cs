using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace McpOAuthServer.Authorization;

/// <summary>
/// The keys of the issuer, read from its discovery document. For tests, a keyed service
/// Func&lt;HttpMessageHandler&gt; with the key <see cref="OAuthDefaults.AuthenticationScheme"/>
/// replaces the network.
/// </summary>
internal sealed class IssuerKeys
{
    private readonly IServiceProvider _services;
    private readonly Lazy<ConfigurationManager<OpenIdConnectConfiguration>> _configuration;

    public IssuerKeys(IServiceProvider services)
    {
        _services = services;
        _configuration = new(Create);
    }

    /// <summary>Reads the document when it is first asked for, and keeps it.</summary>
    public ConfigurationManager<OpenIdConnectConfiguration> Configuration => _configuration.Value;

    /// <summary>Whether tokens can be checked.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            var configuration = await Configuration.GetConfigurationAsync(cancellationToken);
            return configuration.SigningKeys.Count > 0;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private ConfigurationManager<OpenIdConnectConfiguration> Create()
    {
        var oauth = _services.GetRequiredService<IOptions<OAuthOptions>>().Value;
        var environment = _services.GetRequiredService<IHostEnvironment>();
        var documents = new HttpDocumentRetriever(CreateClient(oauth))
        {
            RequireHttps = !environment.IsDevelopment(),
        };
        var retriever = new OpenIdConnectConfigurationRetriever();
        return new ConfigurationManager<OpenIdConnectConfiguration>(oauth.DiscoveryDocument, retriever, documents)
        {
            // Keys that the issuer has withdrawn would be accepted for another hour otherwise.
            UseLastKnownGoodConfiguration = false,
        };
    }

    private HttpClient CreateClient(OAuthOptions oauth)
    {
        var network = _services.GetKeyedService<Func<HttpMessageHandler>>(OAuthDefaults.AuthenticationScheme);

        // A proxy of the machine cannot reach what is on the machine.
        var isNear = new Uri(oauth.DiscoveryDocument).IsLoopback;
        return new HttpClient(network?.Invoke() ?? new SocketsHttpHandler { UseProxy = !isNear })
        {
            Timeout = TimeSpan.FromSeconds(10),
            MaxResponseContentBufferSize = 1024 * 1024,
        };
    }
}
