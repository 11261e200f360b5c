using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Wiring;

/// <summary>The issuer of the MCP endpoint and that which an app had before, with tokens of both.</summary>
internal sealed class AppCallers : IAsyncDisposable
{
    /// <summary>The audience of the apps' own endpoints.</summary>
    public const string OwnAudience = "orders";

    private AppCallers(TestIssuer issuer, TestIssuer ownIssuer)
    {
        Issuer = issuer;
        OwnIssuer = ownIssuer;
    }

    public TestIssuer Issuer { get; }

    public TestIssuer OwnIssuer { get; }

    public static async Task<AppCallers> StartAsync()
    {
        var callers = new AppCallers(await TestIssuer.StartNewAsync(), await TestIssuer.StartNewAsync());
        callers.OwnIssuer.RotateKey(); // To a key that no other issuer of the tests has.
        return callers;
    }

    /// <summary>Signs in at the app, and returns the cookie.</summary>
    public static async Task<string> SignInAsync(ServerProcess server)
    {
        using var response = await server.Client.PostAsync("/login", null);
        Assert.True(response.Headers.TryGetValues("Set-Cookie", out var cookies), $"POST /login: {response.StatusCode}\n{server.Output}");
        return string.Join("; ", cookies.Select(cookie => cookie.Split(';')[0]));
    }

    public string CreateOwnToken() => OwnIssuer.CreateToken(OwnAudience, "orders:read");

    public string CreateMcpToken(ExistingApp app, ServerProcess server) =>
        Issuer.CreateToken(app.GetResource(server), "todo:read todo:write");

    /// <summary>The settings with which each app runs, before and after.</summary>
    public (string Name, string Value)[] GetSettings(ExistingApp app) =>
    [
        ("HOME", Dotnet.Home), // Where the keys for cookies are kept.
        ("OAuth__Issuer", Issuer.Issuer),
        ("OAuth__Resource", "{address}" + app.McpPath),
        ("Own__Issuer", OwnIssuer.Issuer),
        .. app.Settings.Select(setting =>
            (setting.Name, setting.Value.Replace("{own-issuer}", OwnIssuer.Issuer, StringComparison.Ordinal))),
    ];

    public async ValueTask DisposeAsync()
    {
        await Issuer.DisposeAsync();
        await OwnIssuer.DisposeAsync();
    }
}
