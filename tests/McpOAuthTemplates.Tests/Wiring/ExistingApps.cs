namespace McpOAuthTemplates.Tests.Wiring;

/// <summary>THE table of existing apps: each row of the kind "the protection leans on app-wide defaults" is an app here.</summary>
internal static partial class ExistingApps
{
    private const string Evil = "https://evil.contoso.com";
    private const string Partner = "https://partner.contoso.com";

    private static (string, string) JwtBearer => ("Microsoft.AspNetCore.Authentication.JwtBearer", "10.0.15");

    /// <summary>Those that start, and do afterwards what they did before.</summary>
    public static IReadOnlyList<ExistingApp> All { get; } =
        [.. FromTemplates, .. WithAuthentication, .. WithAuthorization, .. WithCors, .. WithMiddleware, .. WithOtherHosts, .. WithLogging];

    /// <summary>Those that have something which the wiring has to refuse or to explain, and those for tests of the start.</summary>
    public static IReadOnlyList<ExistingApp> ForStart { get; } =
    [
        new("left-over"),
        new("open-again")
        {
            Fixture = "slim-builder",
            LaterEdits = [new("Program.cs", ".MapProtectedMcp();", ".MapProtectedMcp().AllowAnonymous();")],
        },
        new("no-mcp-server"),
        new("run-url"),
    ];

    public static TheoryData<string> Names => new(All.Select(app => app.Name));

    public static ExistingApp Find(string name) => All.Concat(ForStart).Single(app => app.Name == name);
}
