#if DEBUG
using global::TodoServer.Authorization;
using Microsoft.Extensions.Options;

namespace TodoServer.DevAuthorizationServer;

/// <summary>
/// The endpoints. They are created once, for the first request, when the address of this server is
/// known.
/// </summary>
internal sealed class DevAuthServer(
    IServiceProvider services, DevAuthOptions options, IReadOnlyList<Person> users)
{
    private Parts? _parts;
    private object? _lock;

    public DevAuthOptions Options => options;

    public AuthorizationServerMetadata Metadata => GetParts().Metadata;

    public AuthorizationEndpoint Authorization => GetParts().Authorization;

    public TokenEndpoint Token => GetParts().Token;

    public SampleApi SampleApi => GetParts().SampleApi;

    public ILogger CreateLogger()
    {
        var factory = services.GetRequiredService<ILoggerFactory>();
        return factory.CreateLogger(typeof(DevAuthServer).Namespace!);
    }

    private Parts GetParts() => LazyInitializer.EnsureInitialized(ref _parts, ref _lock, CreateParts);

    private Parts CreateParts()
    {
        var oauth = services.GetRequiredService<IOptions<OAuthOptions>>().Value;
        var host = services.GetRequiredService<IHostEnvironment>();
        var logger = CreateLogger();

        var folder = StateFolder.Open(options, host, logger);
        var key = SigningKey.ReadOrCreate(folder, logger);
        var store = new GrantStore(folder, logger);
        var people = new People(users, store);
        var clients = new ClientFinder(options);
        var forms = new ConsentForms(oauth, key, store);
        return new Parts(
            new AuthorizationServerMetadata(oauth, options, key),
            new AuthorizationEndpoint(oauth, options, people, clients, forms, store),
            new TokenEndpoint(
                oauth, options, people, store, new AccessTokens(oauth, key), new ExchangeGrant(oauth, key)),
            new SampleApi(oauth, key, logger));
    }

    private sealed record Parts(
        AuthorizationServerMetadata Metadata,
        AuthorizationEndpoint Authorization,
        TokenEndpoint Token,
        SampleApi SampleApi);
}
#endif
