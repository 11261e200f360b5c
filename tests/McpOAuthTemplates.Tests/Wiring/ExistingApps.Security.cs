using static McpOAuthTemplates.Tests.Wiring.OwnRequest;

namespace McpOAuthTemplates.Tests.Wiring;

internal static partial class ExistingApps
{
    private static IReadOnlyList<OwnRequest> AccountRequests => [Get("/account"), Get("/account").As(Caller.SignedIn)];

    private static IReadOnlyList<OwnRequest> OrderRequests =>
        [Get("/orders"), Get("/orders").As(Caller.OwnToken), Get("/orders").As(Caller.McpToken)];

    private static IReadOnlyList<OwnRequest> IdentityRequests =>
    [
        .. AccountRequests,
        Get("/account").As(Caller.McpToken),
        Get("/staff").As(Caller.SignedIn),
        new OwnRequest("POST", "/external"),
    ];

    private static IEnumerable<ExistingApp> WithAuthentication =>
    [
        new("cookie-sign-in")
        {
            Requests =
            [
                .. AccountRequests,
                Get("/"),
                Get("/").As(Caller.SignedIn),
                Get("/").As(Caller.McpToken),
                Get("/account").As(Caller.McpToken),
                Get("/chief").As(Caller.SignedIn),
                new OwnRequest("POST", "/login"),
                new OwnRequest("POST", "/logout").As(Caller.SignedIn),
            ],
        },
        new("identity") { Requests = IdentityRequests },
        new("identity-later") { Fixture = "identity", IsProtectedFirst = true, Requests = IdentityRequests },
        new("own-jwt-bearer") { Packages = [JwtBearer], Requests = OrderRequests },
        new("own-jwt-bearer-later")
        {
            Fixture = "own-jwt-bearer", IsProtectedFirst = true, Packages = [JwtBearer], Requests = OrderRequests,
        },
        new("policy-scheme")
        {
            Packages = [JwtBearer],
            Requests = [.. AccountRequests, Get("/account").As(Caller.OwnToken), Get("/account").As(Caller.McpToken)],
        },
        new("one-scheme")
        {
            Requests = [.. AccountRequests, Get("/"), Get("/").As(Caller.SignedIn), Get("/").As(Caller.McpToken)],
        },
        new("bearer-section")
        {
            Packages = [JwtBearer],
            Settings =
            [
                ("Authentication__Schemes__Bearer__MetadataAddress", "{own-issuer}/.well-known/openid-configuration"),
                ("Authentication__Schemes__Bearer__ValidIssuer", "{own-issuer}"),
                ("Authentication__Schemes__Bearer__ValidAudiences__0", AppCallers.OwnAudience),
                ("Authentication__Schemes__Bearer__RequireHttpsMetadata", "false"),
                ("Authentication__Schemes__OAuthBearer__MetadataAddress", "{own-issuer}/.well-known/openid-configuration"),
                ("Authentication__Schemes__OAuthBearer__ValidIssuer", "{own-issuer}"),
                ("Authentication__Schemes__OAuthBearer__ValidAudiences__0", AppCallers.OwnAudience),
            ],
            Requests = OrderRequests,
        },
        new("owner-options")
        {
            Packages = [JwtBearer],
            Settings = [("OAuth__RequiredClaims__client_id__0", "test-client")],
            Requests = [Get("/orders"), Get("/orders").As(Caller.OwnToken)],
            HasOnlySampleTools = true,
        },
        new("owner-forwards") { Packages = [JwtBearer], Requests = AccountRequests },
        new("claims-transformation") { Requests = [Get("/members"), Get("/members").As(Caller.SignedIn)] },
    ];

    private static IEnumerable<ExistingApp> WithAuthorization =>
    [
        new("cookie-policy")
        {
            Packages = [JwtBearer],
            Requests = [.. AccountRequests, Get("/account").As(Caller.OwnToken), Get("/account").As(Caller.McpToken)],
            HasOnlySampleTools = true,
        },
        new("open-default-policy") { Requests = [Get("/open")] },
        new("fallback-policy")
        {
            Requests =
            [
                Get("/"), Get("/index.html"), Get("/inside"), Get("/inside").As(Caller.SignedIn), Get("/nothing"),
                Get("/inside").As(Caller.McpToken),
            ],
        },
        new("own-result-handler")
        {
            Requests = [.. AccountRequests, Get("/coffee"), Get("/coffee").As(Caller.SignedIn)],
        },
        new("own-policy-provider")
        {
            Requests = [.. AccountRequests, Get("/staff").As(Caller.SignedIn), Get("/chief").As(Caller.SignedIn), Get("/chief")],
        },
        new("scoped-endpoints")
        {
            Requests = [.. AccountRequests, Get("/controller/own"), Get("/controller/own").As(Caller.SignedIn)],
            LaterEdits =
            [
                new("Program.cs", "(\"/minimal\", (", "(\"/minimal\", [RequireScope(Scopes.TodoWrite)] ("),
                new("Program.cs", "    [HttpGet]\n", "    [HttpGet]\n    [RequireScope(Scopes.TodoWrite)]\n"),
            ],
        },
    ];
}
