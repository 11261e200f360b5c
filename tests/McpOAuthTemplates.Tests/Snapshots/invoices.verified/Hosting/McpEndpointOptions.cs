namespace TodoServer.Hosting;

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
    /// How many requests one user may send in a minute, to each instance of the server. Default:
    /// 300.
    /// </summary>
    public int RequestsPerMinute { get; set; } = 300;

    /// <summary>
    /// Names of settings in this section that other parts of the app read. Default: none; any other
    /// name that is unknown here stops the start, because a misspelt setting would do nothing.
    /// </summary>
    public string[] OtherSettings { get; set; } = [];
}
