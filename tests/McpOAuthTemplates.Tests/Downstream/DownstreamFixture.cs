using McpOAuthTemplates.Tests.Infrastructure;
using McpOAuthTemplates.Tests.Server;

namespace McpOAuthTemplates.Tests.Downstream;

/// <summary>A server that exchanges the tokens of a test issuer. Each test has users of its own.</summary>
public abstract class DownstreamFixture : IAsyncLifetime
{
    /// <summary>With a colon, and with what a form would take for something else.</summary>
    internal const string ClientId = "https://mcp.contoso.com:8443/mcp";

    internal const string Secret = "s3cret+with/odd %characters";

    internal TestIssuer Issuer { get; } = new();

    internal OtherServers Others { get; } = new();

    internal ServerProcess Server { get; private set; } = null!;

    internal HttpClient Http => Server.Client;

    internal string CreateToken(string user, params (string Name, object? Value)[] claims) =>
        Issuer.CreateToken(new Uri(Server.Address, "mcp").AbsoluteUri, "todo:read", user, claims: claims);

    /// <summary>Calls the sample tool, and returns what the model reads.</summary>
    internal async Task<string> ListOrdersAsync(string token)
    {
        using var response = await Http.CallToolAsync("list_orders", token);
        return await response.ReadToolTextAsync();
    }

    internal (string Name, string Value)[] GetSettings(params (string Name, string Value)[] more) =>
    [
        ("OAuth__Issuer", Issuer.Issuer),
        ("Mcp__RequestsPerMinute", "100000"),
        ("Mcp__ConcurrentRequests", "100"),
        ("Mcp__UnfinishedRequests", "100"),
        ("Downstream__Orders__BaseAddress", Others.Api),
        ("Downstream__Orders__TokenEndpoint", Others.TokenEndpoint),
        ("Downstream__Orders__ClientId", ClientId),
        ("Downstream__Orders__ClientSecret", Secret),
        ("Downstream__Orders__Scope", "orders:read"),
        ("Downstream__Orders__Resource", "https://orders.contoso.com"),
        ("Downstream__Orders__Audience", ""),
        ("Logging__LogLevel__Default", "Trace"),
        ("Logging__LogLevel__Microsoft.AspNetCore", "Trace"),
        ("Logging__LogLevel__ModelContextProtocol", "Trace"),
        ("Logging__LogLevel__System.Net.Http.HttpClient", "Trace"),
        .. more,
    ];

    internal abstract Task<ServerProcess> StartServerAsync(params (string Name, string Value)[] settings);

    public virtual async Task InitializeAsync()
    {
        await Issuer.StartAsync();
        await Others.StartAsync();
        Server = await StartServerAsync(GetSettings());
        await Server.WaitUntilReadyAsync();
    }

    public async Task DisposeAsync()
    {
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }

        await Others.DisposeAsync();
        await Issuer.DisposeAsync();
    }
}

public sealed class DownstreamDebugServer : DownstreamFixture
{
    internal override Task<ServerProcess> StartServerAsync(params (string Name, string Value)[] settings) =>
        DownstreamServer.StartAsync(settings);
}

public sealed class DownstreamNativeServer : DownstreamFixture
{
    internal static string? SkipReason { get; } = new NativeAotServer().SkipReason;

    internal override async Task<ServerProcess> StartServerAsync(params (string Name, string Value)[] settings)
    {
        var (program, folder) = await NativeAotServer.PublishedAsync();
        return await ServerProcess.StartAsync(program, folder, "Development", settings);
    }

    public override Task InitializeAsync() => SkipReason is null ? base.InitializeAsync() : Task.CompletedTask;
}
