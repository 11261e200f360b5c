namespace McpOAuthServer.Hosting;

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
    /// How many requests per minute one user may send to each instance of the server. Default: 300.
    /// </summary>
    public int RequestsPerMinute { get; set; } = 300;

    /// <summary>
    /// How many incomplete requests of one user are read at the same time. Others are not read
    /// until one of them is complete. Default: 10.
    /// </summary>
    public int UnfinishedRequests { get; set; } = 10;

    /// <summary>
    /// The time in seconds in which a request must arrive completely, before it is answered with
    /// 408. Default: 30, enough for a megabyte over a slow connection.
    /// </summary>
    public int BodySeconds { get; set; } = 30;

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
