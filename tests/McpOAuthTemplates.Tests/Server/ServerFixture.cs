using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Server;

/// <summary>The tests of a running server, skipped where that style of server cannot be built.</summary>
public abstract class ServerTests
{
    protected ServerTests(ServerFixture server)
    {
        Skip.If(server.SkipReason is not null, server.SkipReason);
        Server = server;
    }

    protected ServerFixture Server { get; }
}

/// <summary>A todo server in one style, with a test issuer: started once for a class of tests.</summary>
public abstract class ServerFixture(params string[] arguments) : IAsyncLifetime
{
    /// <summary>Why this style cannot be built here, or null.</summary>
    public virtual string? SkipReason => null;

    /// <summary>Settings besides the defaults.</summary>
    internal virtual (string Name, string Value)[] Settings => [];

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
        var (program, folder) = await BuildAsync();
        return await ServerProcess.StartAsync(program, folder, "Development", [("OAuth__Issuer", Issuer.Issuer), .. settings]);
    }

    /// <summary>Builds the server and returns what to run, and where.</summary>
    protected virtual async Task<(string Program, string Folder)> BuildAsync()
    {
        var project = await TodoServer.BuiltAsync(arguments);
        return (project.GetAssembly(), project.ContentRoot);
    }

    public async Task InitializeAsync()
    {
        if (SkipReason is not null)
        {
            return;
        }

        await Issuer.StartAsync();

        // Many requests a minute come from one subject here.
        Server = await StartAsync([("Mcp__RequestsPerMinute", "100000"), .. Settings]);
    }

    public async Task DisposeAsync()
    {
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }

        await Issuer.DisposeAsync();
    }
}
