using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.Infrastructure;
using McpOAuthTemplates.Tests.Providers;

namespace McpOAuthTemplates.Tests.Registration;

/// <summary>
/// A server of --provider entra at which clients can register, and the emulator to which they are
/// led. The first challenge asks for todo:read only, so that clients have to step up. Started once
/// for the classes of the collection.
/// </summary>
[CollectionDefinition(nameof(EntraServer))]
public sealed class EntraServer : IAsyncLifetime, ICollectionFixture<EntraServer>
{
    private static readonly Variant s_variant = Variants.Providers.Single(variant => variant.Provider == "entra");

    public static (string Name, string Value) ClientId => ("OAuth__Registration__ClientId", EntraEmulator.ClientApp);

    private readonly Lazy<Task<ServerProcess>> _withoutRegistration;

    public EntraServer() => _withoutRegistration = new(() => StartAsync(Entra));

    internal EntraEmulator Entra { get; } = new();

    internal ServerProcess Server { get; private set; } = null!;

    public HttpClient Http => Server.Client;

    public Uri Endpoint => new(Server.Address, "mcp");

    public string ScopePrefix => $"{Endpoint}/";

    public async Task InitializeAsync()
    {
        await Entra.StartAsync();
        Server = await StartAsync(Entra, ClientId);
        await Server.WaitUntilReadyAsync();
        Entra.Resource = Endpoint.AbsoluteUri;
        Entra.RedirectUris = await ReadRedirectUrisAsync();
    }

    /// <summary>The same server without the setting.</summary>
    public async Task<Uri> StartWithoutRegistrationAsync() => new((await _withoutRegistration.Value).Address, "mcp");

    public async Task DisposeAsync()
    {
        if (_withoutRegistration.IsValueCreated)
        {
            await (await _withoutRegistration.Value).DisposeAsync();
        }

        if (Server is not null)
        {
            await Server.DisposeAsync();
        }

        await Entra.DisposeAsync();
    }

    /// <summary>Starts a server with this emulator and the settings of the preset, but for those that name a tenant.</summary>
    internal static Task<ServerProcess> StartAsync(EntraEmulator entra, params (string Name, string Value)[] settings) =>
        GeneratedProjects.StartAsync(Template.CreateAsync(s_variant), "Development", [
            ("OAuth__Issuer", entra.Issuer),
            ("OAuth__Audiences__0", EntraEmulator.ServerApp),
            ("OAuth__ScopePrefix", "{address}/mcp/"),
            ("OAuth__InitialScopes__0", "todo:read"),
            ("Mcp__RequestsPerMinute", "100000"),
            .. settings]);

    /// <summary>Runs a server in Production that must not start.</summary>
    internal static async Task<CommandResult> RunToEndAsync(params (string Name, string Value)[] settings)
    {
        var project = await Template.CreateAsync(s_variant);
        var build = await GeneratedProjects.BuiltAsync();
        Assert.Empty(build.GetDiagnostics(project));
        return await ServerProcess.RunToEndAsync(build.GetAssembly(project), project.ContentRoot, "Production", settings);
    }

    internal static async Task<string> ReadPageAsync() =>
        (await Template.CreateAsync(s_variant)).Read("AUTHORIZATION-SERVER.md");

    /// <summary>Those that a new project has: the page of the provider has the same for the app registration.</summary>
    internal static async Task<string[]> ReadRedirectUrisAsync()
    {
        var settings = JsonNode.Parse((await Template.CreateAsync(s_variant)).Read("appsettings.json"))!;
        return [.. settings["OAuth"]!["Registration"]!["RedirectUris"]!.AsArray().Select(uri => (string)uri!)];
    }
}
