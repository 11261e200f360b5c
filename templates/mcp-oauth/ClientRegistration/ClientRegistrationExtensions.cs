using global::McpOAuthServer.Authorization;
using global::McpOAuthServer.Hosting;
using Microsoft.Extensions.Options;

namespace McpOAuthServer.ClientRegistration;

/// <summary>
/// Lets clients register where the provider does not: its metadata and one answer. It does
/// nothing until OAuth:Registration:ClientId is set. To remove it, delete this folder and the
/// three places that name it.
/// </summary>
internal static class ClientRegistrationExtensions
{
    public static void AddClientRegistration(IServiceCollection services)
    {
        services.AddOptions<RegistrationOptions>().BindConfiguration("OAuth:Registration");
        services.AddSingleton<IPostConfigureOptions<OAuthOptions>, RegistrationIssuer>();
        services.AddSingleton<IValidateOptions<OAuthOptions>, RegistrationOptionsValidator>();
        services.AddSingleton<ProviderCheck>();
        services.AddSingleton<ServerMetadataEndpoint>();
        services.AddSingleton<RegistrationEndpoint>();
        services.AddSingleton<RegistrationLimits>();
    }

    public static void MapClientRegistration(IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        var registration = services.GetRequiredService<IOptions<RegistrationOptions>>().Value;
        var path = registration.IssuerPath;
        if (!registration.IsOn || RegistrationOptions.FindPathProblem(path) is not null)
        {
            return; // With a bad path, the start is refused.
        }

        var metadata = services.GetRequiredService<ServerMetadataEndpoint>();
        var clients = services.GetRequiredService<RegistrationEndpoint>();
        var group = endpoints.MapGroup("").AllowAnonymous().AllowAnyOrigin();
        group.ExcludeFromDescription();

        // Clients look for the metadata at three places.
        group.MapGet("/.well-known/oauth-authorization-server" + path, metadata.AnswerAsync);
        group.MapGet("/.well-known/openid-configuration" + path, metadata.AnswerAsync);
        group.MapGet(path + "/.well-known/openid-configuration", metadata.AnswerAsync);
        group.MapPost(path + "/register", clients.AnswerAsync);
    }
}
