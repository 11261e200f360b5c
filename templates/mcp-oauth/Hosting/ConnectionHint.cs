using McpOAuthServer.Authorization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Options;

namespace McpOAuthServer.Hosting;

/// <summary>Tells a developer, at start-up, the URL of the MCP endpoint and how to connect a client to it.</summary>
internal static partial class ConnectionHint
{
    public static void LogConnectionHint(this IServiceProvider services)
    {
        if (!services.GetRequiredService<IHostEnvironment>().IsDevelopment())
        {
            return;
        }

        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ConnectionHint));
        services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(() =>
        {
            var resource = new Uri(services.GetRequiredService<IOptions<OAuthOptions>>().Value.Resource);
            LogConnect(logger, resource);

            // Clients compare the URL that they were given with the one in the metadata.
            if (!OwnAddress.Find(services.GetRequiredService<IServer>()).Any(address => address.Port == resource.Port))
            {
                LogOtherPort(logger, resource);
            }
        });
    }

    [LoggerMessage(
        1, LogLevel.Information,
        "MCP endpoint: {Resource}. To connect: claude mcp add -t http mcp-oauth-server {Resource}")]
    private static partial void LogConnect(ILogger logger, Uri resource);

    [LoggerMessage(2, LogLevel.Warning, "Clients will refuse this server: it does not listen on the port of {Resource}.")]
    private static partial void LogOtherPort(ILogger logger, Uri resource);
}
