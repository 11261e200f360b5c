#if DEBUG
namespace McpOAuthServer.DevAuthorizationServer;

/// <summary>
/// Makes what answers for the first request, when the address of this server is known: once, unless
/// that fails.
/// </summary>
internal sealed class DevAuthServer(IServiceProvider services, DevAuthOptions options)
{
    private DevAuthEndpoints? _endpoints;
    private object? _lock;

    public DevAuthOptions Options => options;

    public DevAuthEndpoints Endpoints =>
        LazyInitializer.EnsureInitialized(ref _endpoints, ref _lock, CreateEndpoints);

    private DevAuthEndpoints CreateEndpoints() => new(services, options);
}
#endif
