using McpOAuthServer.Authorization;
using Microsoft.Extensions.Options;

namespace McpOAuthServer.Hosting;

/// <summary>
/// The hosts for which the MCP endpoint answers, so that a page which rebinds its DNS name to this machine gets no answer. It
/// does not depend on the middleware for AllowedHosts, which some builders of ASP.NET Core leave out.
/// </summary>
internal sealed class HostRule(IOptions<OAuthOptions> oauth, IOptions<McpEndpointOptions> mcp, IConfiguration configuration)
{
    private readonly Lazy<HashSet<string>> _allowed = new(() =>
    {
        // "*" in the setting of the app is what its template wrote there: it says nothing about this endpoint.
        var ofApp = (configuration["AllowedHosts"] ?? "").Split(';', StringSplitOptions.TrimEntries).Where(host => host != "*");
        return new HashSet<string>(
            ["localhost", "127.0.0.1", "[::1]", new Uri(oauth.Value.Resource).Host, .. ofApp, .. mcp.Value.AllowedHosts],
            StringComparer.OrdinalIgnoreCase);
    });

    /// <summary>Answers 400 if the request is for another host.</summary>
    public async Task<bool> AllowAsync(HttpContext http)
    {
        if (_allowed.Value.Contains(http.Request.Host.Host) || _allowed.Value.Contains("*"))
        {
            return true;
        }

        const string Description = "This server does not answer for this host. See the settings OAuth:Resource and Mcp:AllowedHosts.";
        await BearerChallenge.WriteRefusalAsync(http, StatusCodes.Status400BadRequest, "invalid_request", Description);
        return false;
    }
}
