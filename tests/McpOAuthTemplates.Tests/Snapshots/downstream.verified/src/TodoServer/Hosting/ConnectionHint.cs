using global::TodoServer.Authorization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Options;

namespace TodoServer.Hosting;

/// <summary>
/// Logs the URL of the MCP endpoint, and how to connect a client to it, when the server starts.
/// </summary>
internal static partial class ConnectionHint
{
    private static int s_hasWarned;

    public static void LogConnectionHint(this IServiceProvider services)
    {
        if (!services.GetRequiredService<IHostEnvironment>().IsDevelopment())
        {
            return;
        }

        var lifetime = services.GetRequiredService<IHostApplicationLifetime>();
        lifetime.ApplicationStarted.Register(() =>
        {
            var server = services.GetRequiredService<IServer>();
            if (StartupCheck.IsRunByTool(server))
            {
                return;
            }

            var logger = CreateLogger(services);
            var oauth = services.GetRequiredService<IOptions<OAuthOptions>>().Value;
            var resource = new Uri(oauth.Resource);
            LogConnect(logger, resource);
            if (HasVerifyProgram(services.GetRequiredService<IHostEnvironment>()))
            {
                LogVerify(logger, resource);
            }

            // Clients compare the URL that they use with the one in the metadata.
            var isBehindProxy = oauth.DevelopmentAddress is not null;
            var listensThere = OwnAddress.Find(server).Any(address => address.Port == resource.Port);
            if (!isBehindProxy && !listensThere)
            {
                LogOtherPort(logger, resource);
            }
        });
    }

    /// <summary>
    /// Warns once, in Development, if a client on this machine uses another address than that of
    /// the resource, for example through the Aspire proxy, whose port this server does not know.
    /// </summary>
    public static void WarnOfOtherAddress(HttpContext http, Uri resource)
    {
        var services = http.RequestServices;
        var isSame = http.Request.Host.Port == resource.Port || !resource.IsLoopback;
        if (isSame || !services.GetRequiredService<IHostEnvironment>().IsDevelopment())
        {
            return;
        }

        if (Interlocked.Exchange(ref s_hasWarned, 1) == 0)
        {
            LogOtherAddress(CreateLogger(services), http.Request.Host.Port, resource);
        }
    }

    // In a solution, it is at the root, and not in the folder of the project.
    private static bool HasVerifyProgram(IHostEnvironment environment)
    {
        string[] folders = ["", "../.."];
        return folders.Any(folder =>
            File.Exists(Path.Combine(environment.ContentRootPath, folder, "verify.cs")));
    }

    private static ILogger CreateLogger(IServiceProvider services) =>
        services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ConnectionHint));

    [LoggerMessage(
        1, LogLevel.Information,
        "MCP endpoint: {Resource}. To connect: claude mcp add -t http todoserver {Resource}")]
    private static partial void LogConnect(ILogger logger, Uri resource);

    [LoggerMessage(
        4, LogLevel.Information, "To check that a client can sign in and call tools: dotnet verify.cs --login {Resource}")]
    private static partial void LogVerify(ILogger logger, Uri resource);

    [LoggerMessage(
        2, LogLevel.Warning, "Clients will reject this server: it does not listen on the port of {Resource}.")]
    private static partial void LogOtherPort(ILogger logger, Uri resource);

    [LoggerMessage(
        3, LogLevel.Warning,
        "A client used port {Port} and will reject this server, whose URL for clients is {Resource}. Connect "
        + "it to that URL, or set OAuth__DevelopmentAddress to the address that it uses (in an Aspire "
        + "AppHost by WithEnvironment), or OAuth__Resource if that is not a path.")]
    private static partial void LogOtherAddress(ILogger logger, int? port, Uri resource);
}
