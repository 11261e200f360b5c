namespace McpOAuthServer.Hosting;

/// <summary>
/// The section "Mcp" of the configuration: who may reach the MCP endpoint, and how much.
/// </summary>
public sealed class McpEndpointOptions
{
    /// <summary>
    /// The origins of web pages that may call the endpoint, such as "https://app.contoso.com".
    /// Default: that of OAuth:Resource and, in Development, those of this machine.
    /// </summary>
    public string[] AllowedOrigins { get; set; } = [];

    /// <summary>
    /// Further hosts that requests may name, for a proxy that does not pass the host of
    /// OAuth:Resource on; "*" stands for all. Default: that of OAuth:Resource, those of the
    /// setting AllowedHosts, and this machine's own names.
    /// </summary>
    public string[] AllowedHosts { get; set; } = [];

    /// <summary>
    /// The path at which requests for the MCP endpoint arrive, such as "/mcp", if a proxy removes
    /// or replaces the path of OAuth:Resource. Default: the path of OAuth:Resource.
    /// </summary>
    public string? InternalPath { get; set; }

    /// <summary>
    /// How many requests one user may send in a minute. Each instance counts for itself, so that
    /// two allow twice as many. Default: 300.
    /// </summary>
    public int RequestsPerMinute { get; set; } = 300;

    /// <summary>
    /// How many requests of one user may be unfinished at the same time, in each instance: sent in
    /// part, and waiting for the rest. Further ones are not read until one of them is complete.
    /// Default: 10.
    /// </summary>
    public int UnfinishedRequests { get; set; } = 10;

    /// <summary>
    /// Within how many seconds a request must have arrived as a whole; then it is answered with
    /// 408. Default: 30, enough for a megabyte over a slow line.
    /// </summary>
    public int BodySeconds { get; set; } = 30;

    /// <summary>
    /// How many requests of one user may run at the same time, in each instance, from the arrived
    /// message to the last byte of the answer, and how many streams may be open beside them.
    /// Further requests wait for <see cref="BodySeconds"/> at most. Default: 20, more than agents
    /// call tools at once.
    /// </summary>
    public int ConcurrentRequests { get; set; } = 20;

    /// <summary>
    /// How many bytes a second of an answer a client must read; if it reads less, the connection
    /// is closed. Default: 32768, with which a megabyte takes as long as it may take to arrive.
    /// </summary>
    public int ResponseBytesPerSecond { get; set; } = 32 * 1024;

    /// <summary>
    /// For how many seconds after SIGTERM requests are answered as before, while /readyz answers
    /// 503, so that each load balancer can take the instance out first. Set it to more than the
    /// time between two of its probes; 0 stops at once. Default: 5, and 0 in Development.
    /// </summary>
    public int? DrainSeconds { get; set; }

    /// <summary>
    /// Write a line for each call of a tool that requires a scope and is not ReadOnly, in the
    /// category "OAuth.Audit". Default: false.
    /// </summary>
    public bool AuditCalls { get; set; }

    /// <summary>
    /// A secret with which those lines name the user: by a hash that is always the same for one
    /// user, and tells nobody else who it is. Default: none; then the lines name no user.
    /// </summary>
    public string? SubjectLogKey { get; set; }

    /// <summary>
    /// Names of settings in this section that other parts of the app read. Default: none; any other
    /// name that is unknown here stops the start, because a misspelt setting would do nothing.
    /// </summary>
    public string[] OtherSettings { get; set; } = [];
}
