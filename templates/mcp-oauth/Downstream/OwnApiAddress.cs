using global::McpOAuthServer.Authorization;
using global::McpOAuthServer.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Options;

namespace McpOAuthServer.Downstream;

/// <summary>
/// In Development, settings that begin with a slash are paths of this server, as in "OAuth".
/// </summary>
internal sealed class OwnApiAddress(
    IServer server, IHostEnvironment environment, IConfiguration configuration)
    : IPostConfigureOptions<DownstreamOptions>
{
    public void PostConfigure(string? name, DownstreamOptions options)
    {
        var given = configuration["OAuth:DevelopmentAddress"];
        if (!environment.IsDevelopment() || OwnAddress.FindUrl(server, given) is not { } address)
        {
            return;
        }

        options.BaseAddress = OwnAddress.Complete(options.BaseAddress, address);
        options.Resource = OwnAddress.Complete(options.Resource, address);
        options.Audience = OwnAddress.Complete(options.Audience, address);
    }
}
