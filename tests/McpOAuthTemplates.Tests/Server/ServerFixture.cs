using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Server;

/// <summary>A todo server in one style, with a test issuer: started once for a class of tests.</summary>
public abstract class ServerFixture(params string[] arguments) : IAsyncLifetime
{
    public HttpClient Http => Server.Client;

    public string Audience => new Uri(Server.Address, "mcp").AbsoluteUri;

    /// <summary>What begins every 401.</summary>
    public string Challenge =>
        $"Bearer realm=\"OAuth\", resource_metadata=\"{MetadataUrl}\", scope=\"todo:read todo:write\"";

    public string MetadataUrl => new Uri(Server.Address, ".well-known/oauth-protected-resource/mcp").AbsoluteUri;

    internal TestIssuer Issuer { get; } = new();

    internal ServerProcess Server { get; private set; } = null!;

    public string CreateToken(string? scope, params (string Name, object? Value)[] claims) =>
        Issuer.CreateToken(Audience, scope, claims: claims);

    /// <summary>Another server with the same issuer and with these settings.</summary>
    internal async Task<ServerProcess> StartAsync(params (string Name, string Value)[] settings)
    {
        var project = await TodoServer.BuiltAsync(arguments);
        return await ServerProcess.StartAsync(
            project.GetAssembly(), project.Directory, "Development", [("OAuth__Issuer", Issuer.Issuer), .. settings]);
    }

    public async Task InitializeAsync()
    {
        await Issuer.StartAsync();

        // Many requests a minute come from one subject here.
        Server = await StartAsync(("Mcp__RequestsPerMinute", "100000"));
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        await Issuer.DisposeAsync();
    }
}
