#if DEBUG
namespace TodoServer.DevAuthorizationServer;

/// <summary>
/// The headers that reveal proxies, tunnels and load balancers. A request with one of them can come
/// from anywhere, although it arrives from this machine. Neither browsers nor MCP clients send
/// them.
/// </summary>
internal static class ProxyHeaders
{
    // Forwarded (RFC 7239), X-Forwarded-For, X-Original-Forwarded-For, Fly-Forwarded-Port.
    private const string Part = "Forwarded";

    // X-Real-IP, X-Client-IP, True-Client-IP, CF-Connecting-IP, X-Sucuri-ClientIP, X-Remote-Addr.
    private static readonly string[] s_endings =
        ["-IP", "ClientIP", "SocketIP", "-Addr", "-FDID", "-Via"];

    private static readonly string[] s_beginnings =
    [
        "Akamai-", "CDN-", "CF-", "Client-Cert", "Cloudfront-", "EO-", "Fastly-", "Fly-", "Incap-",
        "Ngrok-Agent-", "Proxy-", "Rndr-", "SSL-Client-", "Tailscale-", "WL-Proxy-", "X-Akamai-",
        "X-Amz", "X-AppEngine-", "X-ARR-", "X-CDN-", "X-Client-Cert", "X-Edge-", "X-Envoy-",
        "X-Forward-", "X-Heroku-", "X-LB-", "X-NF-", "X-Nginx-", "X-Original-", "X-Proxy",
        "X-Railway-", "X-Real-", "X-SSL-", "X-Sucuri-", "X-Varnish", "X-Vercel-",
    ];

    private static readonly HashSet<string> s_names = new(StringComparer.OrdinalIgnoreCase)
    {
        "Early-Data", "Front-End-Https", "Max-Forwards", "Surrogate-Capability", "Via",
        "X-Cloud-Trace-Context", "X-Host", "X-Queue-Start", "X-Request-Start", "X-Rewrite-URL",
        "X-Scheme", "X-Url-Scheme",
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
