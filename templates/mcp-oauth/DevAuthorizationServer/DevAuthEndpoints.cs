#if DEBUG
using McpOAuthServer.Authorization;
using Microsoft.Extensions.Options;

namespace McpOAuthServer.DevAuthorizationServer;

/// <summary>What answers, put together.</summary>
internal sealed class DevAuthEndpoints
{
    public DevAuthEndpoints(IServiceProvider services, DevAuthOptions options)
    {
        var oauth = services.GetRequiredService<IOptions<OAuthOptions>>().Value;
        var host = services.GetRequiredService<IHostEnvironment>();
        var logger = CreateLogger(services);

        var folder = StateFolder.Open(options, host, logger);
        var key = SigningKey.ReadOrCreate(folder, logger);
        var store = new GrantStore(folder, logger);
        var forms = new ConsentForms(oauth, key, store);
        Metadata = new AuthorizationServerMetadata(oauth, options, key);
        var clients = new ClientFinder(options);
        Authorization = new AuthorizationEndpoint(oauth, options, clients, forms, store);
        Token = new TokenEndpoint(oauth, options, store, new AccessTokens(oauth, key));
    }

    public AuthorizationServerMetadata Metadata { get; }

    public AuthorizationEndpoint Authorization { get; }

    public TokenEndpoint Token { get; }

    public static ILogger CreateLogger(IServiceProvider services)
    {
        var factory = services.GetRequiredService<ILoggerFactory>();
        return factory.CreateLogger(typeof(DevAuthEndpoints).Namespace!);
    }
}
#endif
