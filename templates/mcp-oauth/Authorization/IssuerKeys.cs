using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace McpOAuthServer.Authorization;

/// <summary>
/// The keys of the issuer, read from its discovery document. A key of the service <see cref="HttpMessageHandler"/>,
/// <see cref="OAuthDefaults.AuthenticationScheme"/>, replaces the network, for tests.
/// </summary>
internal sealed class IssuerKeys(IOptions<OAuthOptions> oauth, IHostEnvironment environment, IServiceProvider services)
{
    private readonly Lazy<ConfigurationManager<OpenIdConnectConfiguration>> _configuration =
        new(() => Create(oauth.Value, environment, services));

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

    private static ConfigurationManager<OpenIdConnectConfiguration> Create(
        OAuthOptions oauth, IHostEnvironment environment, IServiceProvider services)
    {
        var network = services.GetKeyedService<HttpMessageHandler>(OAuthDefaults.AuthenticationScheme);
        var client = new HttpClient(network ?? new SocketsHttpHandler { UseProxy = !new Uri(oauth.Issuer).IsLoopback })
        {
            Timeout = TimeSpan.FromSeconds(10),
            MaxResponseContentBufferSize = 1024 * 1024,
        };
        var documents = new HttpDocumentRetriever(client) { RequireHttps = !environment.IsDevelopment() };
        return new ConfigurationManager<OpenIdConnectConfiguration>(
            oauth.DiscoveryDocument, new OpenIdConnectConfigurationRetriever(), documents)
        {
            // Keys that the issuer has withdrawn would be accepted for another hour otherwise.
            UseLastKnownGoodConfiguration = false,
        };
    }
}
