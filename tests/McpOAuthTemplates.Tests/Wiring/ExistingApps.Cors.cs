using static McpOAuthTemplates.Tests.Wiring.OwnRequest;

namespace McpOAuthTemplates.Tests.Wiring;

internal static partial class ExistingApps
{
    private static IEnumerable<ExistingApp> WithCors =>
    [
        new("cors-any-origin")
        {
            Requests = [Get("/data", ("Origin", Evil)), Preflight("/data", Evil, "PUT", "X-Own"), Preflight("/nothing", Evil, "PUT")],
        },
        new("cors-reflecting")
        {
            Requests =
            [
                Get("/data", ("Origin", Evil)),
                Get("/data", ("Origin", Evil)).As(Caller.SignedIn),
                Preflight("/data", Evil, "PUT", "X-Own"),
            ],
            HasOnlySampleTools = true,
        },
        new("cors-named")
        {
            Requests =
            [
                new OwnRequest("PUT", "/orders") { Headers = [("Origin", Partner)] },
                new OwnRequest("PUT", "/orders") { Headers = [("Origin", Evil)] },
                Preflight("/orders", Partner, "PUT", "X-Order"),
                Preflight("/orders", Evil, "PUT", "X-Order"),
                Get("/prices", ("Origin", Evil)),
                Get("/none", ("Origin", Partner)),
                Preflight("/none", Partner, "GET"),
            ],
        },
        new("cors-for-all")
        {
            Requests =
            [
                new OwnRequest("PUT", "/orders") { Headers = [("Origin", Partner)] },
                Get("/orders", ("Origin", Evil)),
                Preflight("/orders", Partner, "PUT"),
                Preflight("/orders", Evil, "PUT"),
            ],
        },
    ];
}
