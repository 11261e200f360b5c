#if DEBUG
namespace TodoServer.DevAuthorizationServer;

/// <summary>
/// The configuration section "DevAuth". The environment variables are DevAuth__AutoApprove and so
/// on. It applies only in Development. <see cref="PeopleSettings"/> reads DevAuth:Users.
/// </summary>
internal sealed class DevAuthOptions
{
    /// <summary>
    /// Sign in the first user without a page, for scripts that act as a client: only if the client
    /// is on this machine, and not in a browser. Default: false.
    /// </summary>
    public bool AutoApprove { get; set; }

    /// <summary>
    /// Issue refresh tokens. Without them, clients sign in again after an hour. Default: true.
    /// </summary>
    public bool RefreshTokens { get; set; } = true;

    /// <summary>
    /// Read the metadata document of a client whose id is a URL of this machine, also with http or
    /// for a web page, to develop such a client. Default: false.
    /// </summary>
    public bool AllowLoopbackClientIds { get; set; }

    /// <summary>
    /// Accept requests through a forwarded port of a container or of a machine in the cloud. Anyone
    /// who can reach that port can then sign in as anyone. Default: false.
    /// </summary>
    public bool AllowForwardedPorts { get; set; }

    /// <summary>
    /// The folder for sign-ins that survive a restart. Each project has its own folder below it. A
    /// relative path begins at the project. Default: mcp-dev-auth in the application data folder of
    /// the user.
    /// </summary>
    public string? StateFolder { get; set; }
}
#endif
