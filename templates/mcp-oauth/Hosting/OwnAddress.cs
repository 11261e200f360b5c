using McpOAuthServer.Authorization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace McpOAuthServer.Hosting;

/// <summary>
/// In Development, a setting below "OAuth" that begins with a slash, such as /mcp, stands for a URL of this server. Where it
/// listens is known when it has started, whatever told it: launchSettings.json, --urls, Kestrel:Endpoints or code.
/// </summary>
internal sealed class OwnAddress(IServer server, IHostEnvironment environment) : IPostConfigureOptions<OAuthOptions>
{
    /// <summary>Whether the settings can be read only after the server has started.</summary>
    public static bool IsNeeded(IConfiguration configuration) =>
        configuration.GetSection("OAuth").AsEnumerable().Any(setting => setting.Value is ['/', ..]);

    public void PostConfigure(string? name, OAuthOptions options)
    {
        // http first, since clients do not trust the certificate for development.
        var own = Find(server).OrderByDescending(address => address.Scheme == "http").FirstOrDefault();
        if (own is null || !environment.IsDevelopment())
        {
            return;
        }

        options.Issuer = Complete(options.Issuer);
        options.Resource = Complete(options.Resource);
        options.Audiences = Array.ConvertAll(options.Audiences, Complete);
        options.ValidIssuers = Array.ConvertAll(options.ValidIssuers, Complete);
        options.AuthorizationServers = Array.ConvertAll(options.AuthorizationServers, Complete);

        string Complete(string value) =>
            value.StartsWith('/') ? $"{own.Scheme}://localhost:{own.Port}{value.TrimEnd('/')}" : value;
    }

    /// <summary>The TCP addresses at which the server listens: none before it has started.</summary>
    public static IEnumerable<BindingAddress> Find(IServer server)
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        return addresses.Select(BindingAddress.Parse).Where(address => !address.IsUnixPipe && !address.IsNamedPipe);
    }
}
