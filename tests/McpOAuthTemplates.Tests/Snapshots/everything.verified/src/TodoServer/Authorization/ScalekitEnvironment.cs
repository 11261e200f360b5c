using Microsoft.Extensions.Options;

namespace TodoServer.Authorization;

/// <summary>
/// Takes the settings from the environment variables that the guides of Scalekit use, if they are
/// set.
/// </summary>
internal sealed class ScalekitEnvironment(IConfiguration configuration) : IPostConfigureOptions<OAuthOptions>
{
    public void PostConfigure(string? name, OAuthOptions options)
    {
        var environment = configuration["SCALEKIT_ENVIRONMENT_URL"];
        var resourceId = configuration["SCALEKIT_RESOURCE_ID"];
        if (environment is null && resourceId is null)
        {
            return;
        }

        options.Issuer = (environment ?? options.Issuer).TrimEnd('/');
        options.Audiences = [resourceId ?? options.Audiences.FirstOrDefault() ?? ""];
        var server = $"{options.Issuer}/resources/{options.Audiences[0]}";
        options.ValidIssuers = [server];
        options.AuthorizationServers = [server];
    }
}
