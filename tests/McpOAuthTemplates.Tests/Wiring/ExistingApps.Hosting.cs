using static McpOAuthTemplates.Tests.Wiring.OwnRequest;

namespace McpOAuthTemplates.Tests.Wiring;

internal static partial class ExistingApps
{
    private static (string, string)[] LogEverything =>
    [
        ("Logging__LogLevel__Default", "Trace"),
        ("Logging__LogLevel__Microsoft.AspNetCore", "Trace"),
        ("Logging__LogLevel__ModelContextProtocol", "Trace"),
    ];

    private static IEnumerable<ExistingApp> WithMiddleware =>
    [
        new("own-health") { Requests = [Get("/healthz"), Get("/readyz"), new OwnRequest("POST", "/readyz"), Get("/mcp")] },
        new("own-rate-limiter")
        {
            Requests = [Get("/free").Repeat(6), Get("/strict").Repeat(3), Get("/nothing")],
            HasOnlySampleTools = true,
        },
        new("path-base")
        {
            McpPath = "/base/mcp",
            Requests = [Get("/hello"), Get("/base/hello"), Get("/base/base/hello")],
        },
        new("error-pages")
        {
            Requests = [Get("/boom"), Get("/forbidden"), Get("/nothing"), Get("/index.html"), Get("/app/anywhere"), Get("/app/other.js")],
        },
        new("spa")
        {
            Requests = [Get("/boom"), Get("/forbidden"), Get("/"), Get("/index.html"), Get("/any/where"), Get("/missing.js")],
        },
        new("items-middleware") { Requests = [Get("/tenant"), CallTool("get_tenant")] },
        new("output-cache")
        {
            Requests =
            [
                Get("/count").Repeat(3),
                Get("/count?other").Repeat(2),
                Get("/text", ("Accept-Encoding", "gzip")) with { HasStableBody = false },
            ],
        },
        new("late-routing") { Requests = [Get("/hello"), Get("/hello", ("Origin", Evil)), Get("/nothing")] },
        new("group") { McpPath = "/api/mcp", Requests = [Get("/api/hello"), Get("/hello")] },
        new("uploads-and-hosts")
        {
            Requests =
            [
                Upload("/upload", 2 * 1024 * 1024),
                Get("/", ("Host", "www.contoso.com")),
                Get("/", ("Host", "[::1]:80")),
                Get("/", ("Origin", Evil)),
            ],
        },
    ];

    private static IEnumerable<ExistingApp> WithOtherHosts =>
    [
        new("startup-class") { Requests = [.. AccountRequests, Get("/hello"), Get("/nothing")], HasOnlySampleTools = true },
        new("bare-startup-class") { Requests = [Get("/hello"), Get("/nothing")] },
        new("slim-builder") { Requests = [Get("/hello"), Get("/nothing")] },
        new("empty-builder") { Requests = [Get("/hello"), Get("/nothing"), Get("/hello", ("Host", "www.contoso.com"))] },
    ];

    private static IEnumerable<ExistingApp> WithLogging =>
    [
        new("serilog") { Packages = [("Serilog.AspNetCore", "10.0.0")], Requests = [Get("/hello")] },
        new("json-console") { Settings = LogEverything, Requests = [Get("/hello")] },
    ];
}
