using McpOAuthTemplates.Tests.Infrastructure;
using McpOAuthTemplates.Tests.Server;

namespace McpOAuthTemplates.Tests.Downstream;

/// <summary>
/// The native binary with a test issuer, a token endpoint and an API, started once for a class. Each test has users of its own.
/// </summary>
public sealed class NativeAotDownstreamServer : IAsyncLifetime
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

    internal static async Task<ServerProcess> StartServerAsync(params (string Name, string Value)[] settings)
    {
        var (program, folder) = await NativeAotServer.PublishedAsync();
        return await ServerProcess.StartAsync(program, folder, "Development", settings);
    }

    /// <summary>Why it cannot be built here, or null.</summary>
    internal static string? SkipReason { get; } = new NativeAotServer().SkipReason;

    public async Task InitializeAsync()
    {
        if (SkipReason is not null)
        {
            return;
        }

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
