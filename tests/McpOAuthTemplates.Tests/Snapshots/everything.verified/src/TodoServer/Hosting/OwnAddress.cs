using global::TodoServer.Authorization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace TodoServer.Hosting;

/// <summary>
/// In Development, a setting in "OAuth" that begins with a slash, such as /mcp, stands for a URL of
/// this server. Its address is known after it has started, whether it comes from
/// launchSettings.json, --urls, Kestrel:Endpoints or code. Behind a proxy,
/// OAuth:DevelopmentAddress is the address that clients use.
/// </summary>
internal sealed class OwnAddress(IServer server, IHostEnvironment environment) : IPostConfigureOptions<OAuthOptions>
{
    /// <summary>Whether the settings can be read only after the server has started.</summary>
    public static bool IsNeeded(IConfiguration configuration) =>
        configuration.GetSection("OAuth").AsEnumerable()
            .Any(setting => setting.Value is ['/', ..]);

    /// <summary>The TCP addresses that the server listens on: none before it has started.</summary>
    public static IEnumerable<BindingAddress> Find(IServer server)
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        return addresses.Select(BindingAddress.Parse)
            .Where(address => !address.IsUnixPipe && !address.IsNamedPipe);
    }

    /// <summary>
    /// The URL of this server without a path, or null before it has started. The given address is
    /// that of a proxy.
    /// </summary>
    public static string? FindUrl(IServer server, string? developmentAddress)
    {
        if (developmentAddress is { Length: > 0 } address)
        {
            return address.TrimEnd('/');
        }

        // http comes first, since clients do not trust the development certificate.
        var own = Find(server).OrderByDescending(address => address.Scheme == "http").FirstOrDefault();
        if (own is not null)
        {
            return $"{own.Scheme}://localhost:{own.Port}";
        }

        // The test server has no address, and a Unix socket has no port.
        var addresses = server.Features.Get<IServerAddressesFeature>();
        if (addresses is { Addresses.Count: 0 })
        {
            return null; // It has not started.
        }

        return "http://localhost";
    }

    /// <summary>Puts the address before a path, and changes nothing else.</summary>
    public static string Complete(string value, string address)
    {
        return value.StartsWith('/') ? address + value.TrimEnd('/') : value;
    }

    public void PostConfigure(string? name, OAuthOptions options)
    {
        if (!environment.IsDevelopment())
        {
            return;
        }

        if (FindUrl(server, options.DevelopmentAddress) is not { } address)
        {
            return; // The server has not started.
        }

        options.Issuer = Complete(options.Issuer, address);
        options.Resource = Complete(options.Resource, address);
        options.Audiences = CompleteAll(options.Audiences, address);
        options.ValidIssuers = CompleteAll(options.ValidIssuers, address);
        options.AuthorizationServers = CompleteAll(options.AuthorizationServers, address);
    }

    private static string[] CompleteAll(string[] values, string address) =>
        Array.ConvertAll(values, value => Complete(value, address));
}
