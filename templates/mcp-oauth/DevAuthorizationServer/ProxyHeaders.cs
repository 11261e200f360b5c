#if DEBUG
namespace McpOAuthServer.DevAuthorizationServer;

/// <summary>
/// The headers by which proxies, tunnels and load balancers give themselves away. A request that
/// has one of them may come from anywhere, although it arrives from this machine. Neither browsers
/// nor MCP clients send any of them.
/// </summary>
internal static class ProxyHeaders
{
    // Forwarded (RFC 7239), X-Forwarded-For, X-Original-Forwarded-For, Fly-Forwarded-Port.
    private const string Part = "Forwarded";

    // X-Real-IP, X-Client-IP, True-Client-IP, CF-Connecting-IP, X-Sucuri-ClientIP, X-Remote-Addr.
    private static readonly string[] s_endings = ["-IP", "ClientIP", "SocketIP", "-Addr", "-FDID"];

    private static readonly string[] s_beginnings =
    [
        "Akamai-", "CDN-", "CF-", "Cloudfront-", "EO-", "Fastly-", "Fly-", "Incap-", "Ngrok-Agent-",
        "Proxy-", "Tailscale-", "WL-Proxy-", "X-Akamai-", "X-Amz", "X-AppEngine-", "X-ARR-",
        "X-Envoy-", "X-NF-", "X-Nginx-", "X-Original-", "X-Proxy", "X-Sucuri-", "X-Varnish",
        "X-Vercel-",
    ];

    private static readonly HashSet<string> s_names = new(StringComparer.OrdinalIgnoreCase)
    {
        "Front-End-Https", "Via", "X-BlueCoat-Via", "X-Cloud-Trace-Context", "X-Host",
        "X-Rewrite-URL", "X-Scheme", "X-Url-Scheme",
    };

    public static bool AreIn(IHeaderDictionary headers) => headers.Keys.Any(IsOne);

    private static bool IsOne(string name)
    {
        const StringComparison IgnoreCase = StringComparison.OrdinalIgnoreCase;
        return s_names.Contains(name)
            || name.Contains(Part, IgnoreCase)
            || s_endings.Any(ending => name.EndsWith(ending, IgnoreCase))
            || s_beginnings.Any(beginning => name.StartsWith(beginning, IgnoreCase));
    }
}
#endif
