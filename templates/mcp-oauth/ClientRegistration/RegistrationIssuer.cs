using global::McpOAuthServer.Authorization;
using Microsoft.Extensions.Options;

namespace McpOAuthServer.ClientRegistration;

/// <summary>
/// Lets the metadata of the resource name this server as the authorization server, as soon as
/// clients can register here.
/// </summary>
internal sealed class RegistrationIssuer(IOptions<RegistrationOptions> registration)
    : IPostConfigureOptions<OAuthOptions>
{
    public void PostConfigure(string? name, OAuthOptions options)
    {
        options.OtherSettings = [.. options.OtherSettings, "Registration"];

        var isSet = options.AuthorizationServers.Length > 0;
        var hasResource = Uri.TryCreate(options.Resource, UriKind.Absolute, out _);
        if (registration.Value.IsOn && hasResource && !isSet)
        {
            options.AuthorizationServers = [registration.Value.GetIssuer(options)];
        }
    }
}
