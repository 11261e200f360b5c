namespace TodoServer.Hosting;

/// <summary>
/// The configuration section "Mcp": who may call the MCP endpoint, and how often.
/// </summary>
public sealed class McpEndpointOptions
{
    /// <summary>
    /// The origins of web pages that may call the endpoint, such as "https://app.contoso.com".
    /// Default: the origin of OAuth:Resource and, in Development, those of this machine.
    /// </summary>
    public string[] AllowedOrigins { get; set; } = [];

    /// <summary>
    /// More hosts that requests may be for, if a proxy does not pass on the host of OAuth:Resource;
    /// "*" allows all. The host of OAuth:Resource, those of the setting AllowedHosts, and the names
    /// of this machine are always allowed. Default: none.
    /// </summary>
    public string[] AllowedHosts { get; set; } = [];

    /// <summary>
    /// The path at which requests for the MCP endpoint arrive, such as "/mcp", if a proxy removes
    /// or replaces the path of OAuth:Resource. Default: the path of OAuth:Resource.
    /// </summary>
    public string? InternalPath { get; set; }

    /// <summary>
    /// How many requests per minute one user may send. Each instance of the server counts for
    /// itself, so two allow twice as many. Default: 300.
    /// </summary>
    public int RequestsPerMinute { get; set; } = 300;

    /// <summary>
    /// How many incomplete requests of one user each instance reads at the same time. Others are
    /// not read until one of them is complete. Default: 10.
    /// </summary>
    public int UnfinishedRequests { get; set; } = 10;

    /// <summary>
    /// The time in seconds in which a request must arrive completely, before it is answered with
    /// 408. Default: 30, enough for a megabyte over a slow connection.
    /// </summary>
    public int BodySeconds { get; set; } = 30;

    /// <summary>
    /// How many requests of one user may run at the same time in each instance, from the arrived
    /// message to the last byte of the answer, and how many streams may be open besides. Further
    /// requests wait for <see cref="BodySeconds"/> at most. Default: 20, more than agents call
    /// tools at once.
    /// </summary>
    public int ConcurrentRequests { get; set; } = 20;

    /// <summary>
    /// How many bytes of an answer a client must read per second; if it reads less, the connection
    /// is closed. Default: 32768, with which a megabyte takes as long as it may take to arrive.
    /// </summary>
    public int ResponseBytesPerSecond { get; set; } = 32 * 1024;

    /// <summary>
    /// For how many seconds after SIGTERM requests are still answered, while /readyz returns 503,
    /// so that each load balancer can remove the instance first. Set it to more than the time
    /// between two of its probes, and to less than the time after which the process is killed,
    /// which is ten seconds for a container. Default: 0, which stops the server at once;
    /// appsettings.json of a new server has 5, and 0 in Development.
    /// </summary>
    public int DrainSeconds { get; set; }

    /// <summary>
    /// Log each call of a tool that requires a scope and is not ReadOnly, in the category
    /// "OAuth.Audit". Default: false.
    /// </summary>
    public bool AuditCalls { get; set; }

    /// <summary>
    /// A secret key for the hash of the user in those lines, which is always the same for one user
    /// and does not reveal who it is. Default: none; the lines are then without a user.
    /// </summary>
    public string? SubjectLogKey { get; set; }

    /// <summary>
    /// Names of settings in this section that other parts of the app read. Default: none. Any other
    /// unknown name stops the start, because a misspelled setting would have no effect.
    /// </summary>
    public string[] OtherSettings { get; set; } = [];
}
