#if DEBUG
namespace TodoServer.DevAuthorizationServer;

/// <summary>
/// The section "DevAuth" of the configuration; in the environment DevAuth__AutoApprove and so on.
/// It has a meaning in Development only. <see cref="PeopleSettings"/> reads DevAuth:Users.
/// </summary>
internal sealed class DevAuthOptions
{
    /// <summary>
    /// Sign the first of the users in without a page, for scripts that play a client: only if the
    /// client is on this machine, and not in a browser. Default: false.
    /// </summary>
    public bool AutoApprove { get; set; }

    /// <summary>
    /// Issue refresh tokens. Without them, clients sign in again after an hour. Default: true.
    /// </summary>
    public bool RefreshTokens { get; set; } = true;

    /// <summary>
    /// Read the metadata document of a client whose id is a URL of this machine, with http or by
    /// the wish of a web page: for the developer of such a client. Default: false.
    /// </summary>
    public bool AllowLoopbackClientIds { get; set; }

    /// <summary>
    /// Answer what comes through a forwarded port of a container or of a machine in the cloud.
    /// Whoever reaches that port can then sign in as anyone. Default: false.
    /// </summary>
    public bool AllowForwardedPorts { get; set; }

    /// <summary>
    /// The folder in which sign-ins outlive a restart; each project has a folder of its own below
    /// it. A relative path begins at the project. Default: mcp-dev-auth in the folder of the user
    /// for the data of applications.
    /// </summary>
    public string? StateFolder { get; set; }
}
#endif
