using TodoServer.Authorization;
using Microsoft.Extensions.Options;

namespace TodoServer.Hosting;

/// <summary>Tells a developer, at start-up, the URL of the MCP endpoint and how to connect a client to it.</summary>
internal static partial class ConnectionHint
{
    public static void LogConnectionHint(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment())
        {
            return;
        }

        var resource = new Uri(app.Services.GetRequiredService<IOptions<OAuthOptions>>().Value.Resource);
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            LogConnect(app.Logger, resource);

            // Clients compare the URL that they were given with the one in the metadata.
            if (!app.Urls.Any(url => BindingAddress.Parse(url).Port == resource.Port))
            {
                LogOtherPort(app.Logger, resource);
            }
        });
    }

    [LoggerMessage(
        1, LogLevel.Information,
        "MCP endpoint: {Resource}. To connect: claude mcp add -t http todoserver {Resource}")]
    private static partial void LogConnect(ILogger logger, Uri resource);

    [LoggerMessage(2, LogLevel.Warning, "Clients will refuse this server: it does not listen on the port of {Resource}.")]
    private static partial void LogOtherPort(ILogger logger, Uri resource);
}
