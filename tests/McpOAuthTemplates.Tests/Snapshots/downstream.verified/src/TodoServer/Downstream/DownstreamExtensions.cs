using System.Diagnostics.CodeAnalysis;
using global::TodoServer.Authorization;
using Microsoft.Extensions.Options;

namespace TodoServer.Downstream;

/// <summary>
/// Calls other APIs for the user who called this server. The token of the user stays here: each
/// API gets one of its own, for the same user.
/// </summary>
internal static class DownstreamExtensions
{
    private const long MaxAnswer = 1024 * 1024;

    /// <summary>
    /// Adds a client for an API, with the settings in "Downstream:" and the name. Its HttpClient
    /// has the address of the API, and sends a token for the user of the call with each request.
    /// </summary>
    public static IHttpClientBuilder AddDownstream<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(
        this IServiceCollection services, string name)
        where T : class
    {
        AddOnce(services);
        services.AddSingleton(new DownstreamName(name));
        services.AddOptions<DownstreamOptions>(name).BindConfiguration($"Downstream:{name}");
        return services.AddHttpClient<T>(name, (provider, http) => Configure(http, provider, name))
            .ConfigurePrimaryHttpMessageHandler(provider => CreateApiNetwork(provider, name))
            .AddHttpMessageHandler(provider => CreateHandler(provider, name));
    }

    private static void AddOnce(IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(DownstreamTokens)))
        {
            return;
        }

        services.AddHttpContextAccessor();
        services.AddSingleton<DownstreamTokens>();
        services.AddSingleton<TokenExchange>();
        services.AddSingleton<IPostConfigureOptions<DownstreamOptions>, OwnApiAddress>();
        services.AddSingleton<IValidateOptions<OAuthOptions>, DownstreamOptionsValidator>();

        // Its requests and answers contain tokens, so nothing of them may be logged.
        services.AddHttpClient(TokenExchange.HttpName, TokenExchange.Configure)
            .ConfigurePrimaryHttpMessageHandler(CreateTokenNetwork)
            .RemoveAllLoggers();
    }

    private static void Configure(HttpClient http, IServiceProvider provider, string name)
    {
        http.BaseAddress = GetOptions(provider, name).BaseUrl;
        http.Timeout = TimeSpan.FromSeconds(30);
        http.MaxResponseContentBufferSize = MaxAnswer;
    }

    private static DownstreamHandler CreateHandler(IServiceProvider provider, string name) => new(
        name,
        GetOptions(provider, name),
        provider.GetRequiredService<IHttpContextAccessor>(),
        provider.GetRequiredService<DownstreamTokens>());

    private static DownstreamOptions GetOptions(IServiceProvider provider, string name) =>
        provider.GetRequiredService<IOptionsMonitor<DownstreamOptions>>().Get(name);

    private static SocketsHttpHandler CreateApiNetwork(IServiceProvider provider, string name) =>
        CreateNetwork(GetOptions(provider, name).BaseUrl);

    private static SocketsHttpHandler CreateTokenNetwork(IServiceProvider provider)
    {
        var oauth = provider.GetRequiredService<IOptions<OAuthOptions>>().Value;
        return CreateNetwork(new Uri(oauth.Issuer));
    }

    // A redirect could lead to another host, and cookies of one user must not reach another one.
    private static SocketsHttpHandler CreateNetwork(Uri address) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = !address.IsLoopback, // A proxy cannot reach this machine itself.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    };
}
