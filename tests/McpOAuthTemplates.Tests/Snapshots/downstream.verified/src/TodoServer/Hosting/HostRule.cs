using global::TodoServer.Authorization;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace TodoServer.Hosting;

/// <summary>
/// The hosts for which the MCP endpoint answers, to prevent DNS rebinding. It does not depend on
/// the middleware for AllowedHosts, which some ASP.NET Core builders leave out.
/// </summary>
internal sealed class HostRule
{
    private readonly IOptions<OAuthOptions> _oauth;
    private readonly IOptions<McpEndpointOptions> _mcp;
    private readonly IConfiguration _configuration;
    private readonly Lazy<StringSegment[]> _allowed;

    public HostRule(
        IOptions<OAuthOptions> oauth, IOptions<McpEndpointOptions> mcp, IConfiguration configuration)
    {
        _oauth = oauth;
        _mcp = mcp;
        _configuration = configuration;
        _allowed = new(FindAllowed);
    }

    /// <summary>Answers 400 if the request is for another host.</summary>
    public async Task<bool> AllowAsync(HttpContext http)
    {
        if (HostString.MatchesAny(http.Request.Host.Host, _allowed.Value))
        {
            return true;
        }

        await Refusal.WriteAsync(http, 400, new(
            "invalid_request",
            "This server does not answer for this host: see its settings OAuth:Resource and Mcp:AllowedHosts."));
        return false;
    }

    private StringSegment[] FindAllowed()
    {
        var allowed = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        allowed.UnionWith(["localhost", "127.0.0.1", "[::1]"]);
        allowed.Add(new Uri(_oauth.Value.Resource).Host);

        // "*" is the default of the ASP.NET Core templates, and not a decision about this endpoint.
        var ofApp = _configuration["AllowedHosts"] ?? "";
        allowed.UnionWith(ofApp.Split(';', StringSplitOptions.TrimEntries));
        allowed.Remove("*");
        allowed.UnionWith(_mcp.Value.AllowedHosts);
        allowed.Remove("");
        return [.. allowed.Select(host => new StringSegment(host))];
    }
}
