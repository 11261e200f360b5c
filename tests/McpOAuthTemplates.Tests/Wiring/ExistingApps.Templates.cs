using static McpOAuthTemplates.Tests.Wiring.OwnRequest;

namespace McpOAuthTemplates.Tests.Wiring;

internal static partial class ExistingApps
{
    private static Edit AddServices => new(
        "Program.cs", "var app = builder.Build();",
        "builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();\n\nvar app = builder.Build();");

    private static Edit AddEndpoint => new("Program.cs", "app.Run();", "app.MapMcp(\"/mcp\");\n\napp.Run();");

    // Beside "mcpserver", they get an MCP endpoint first. The pages of "webapp" have a cookie sign-in.
    private static IEnumerable<ExistingApp> FromTemplates =>
    [
        new("template-mcpserver")
        {
            Template = ["mcpserver", "--transport", "remote", "--self-contained", "false"],
            Edits = [new("Program.cs", "app.MapMcp();", "app.MapMcp(\"/mcp\");")],
            Requests = [Get("/"), Get("/nothing")],
        },
        new("template-webapi")
        {
            Template = ["webapi"],
            Edits = [AddServices, AddEndpoint],
            Requests = [Get("/weatherforecast") with { HasStableBody = false }, Get("/openapi/v1.json"), Get("/nothing")],
        },
        new("template-controllers")
        {
            Template = ["webapi", "--use-controllers"],
            Edits = [AddServices, AddEndpoint],
            Requests = [Get("/WeatherForecast") with { HasStableBody = false }, Get("/openapi/v1.json"), Get("/nothing")],
        },
        new("template-openapi-at-build")
        {
            Template = ["webapi"],
            Packages = [("Microsoft.Extensions.ApiDescription.Server", "10.0.12")],
            Edits = [AddServices, AddEndpoint],
            Requests = [Get("/openapi/v1.json")],
        },
        new("template-webapp")
        {
            Template = ["webapp"],
            Edits =
            [
                AddServices,
                AddEndpoint,
                new(
                    "Program.cs", "builder.Services.AddRazorPages();",
                    """
                    builder.Services.AddRazorPages(pages => pages.Conventions.AuthorizePage("/Privacy"));
                    builder.Services.AddAuthentication("Cookies").AddCookie("Cookies", cookie => cookie.LoginPath = "/sign-in");
                    """),
                new("Program.cs", "app.MapStaticAssets();", "app.MapSignIn(\"Cookies\");\napp.MapStaticAssets();"),
            ],
            Requests =
            [
                Get("/"), Get("/css/site.css"), Get("/Privacy"), Get("/Privacy").As(Caller.SignedIn), Get("/Error"), Get("/nothing"),
            ],
        },
        new("template-blazor")
        {
            Template = ["blazor"],
            Edits = [AddServices, AddEndpoint],
            Requests =
            [
                Get("/"), Get("/counter"), Get("/app.css"), Get("/nothing"),
                new OwnRequest("POST", "/_blazor/negotiate?negotiateVersion=1"),
                new OwnRequest("POST", "/") { Form = "_handler=none" },
            ],
        },
    ];
}
