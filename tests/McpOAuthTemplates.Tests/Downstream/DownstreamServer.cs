using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Downstream;

/// <summary>
/// A server with --downstream, to which its owner has added a second API and a tool that takes a
/// URL, as nobody should. The issuer signs what a test wants, the token endpoint answers what a test
/// wants, and the API keeps all that comes. Started once for the classes of the collection, with all
/// logs.
/// </summary>
[CollectionDefinition(nameof(DownstreamServer))]
public sealed class DownstreamServer : IAsyncLifetime, ICollectionFixture<DownstreamServer>
{
    internal const string Folder = "own-downstream";

    internal const string OrdersSecret = "secret-of-orders";
    internal const string InvoicesSecret = "secret-of-invoices";

    private const string Code = """
        using System.Collections.Concurrent;
        using System.Security.Claims;
        using ModelContextProtocol.AspNetCore;
        using ModelContextProtocol.Server;
        using TodoServer.Authorization;
        using TodoServer.Downstream;

        namespace TodoServer.Tools;

        internal sealed class InvoicesApi(HttpClient http)
        {
            public async Task<string> GetAsync(string url, CancellationToken cancellationToken)
            {
                using var response = await http.GetAsync(new Uri(url, UriKind.RelativeOrAbsolute), cancellationToken);
                return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}";
            }

            public async Task<string> GetWithHostAsync(string host, CancellationToken cancellationToken)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "list");
                request.Headers.Host = host;
                using var response = await http.SendAsync(request, cancellationToken);
                return await response.Content.ReadAsStringAsync(cancellationToken);
            }
        }

        [RequireScope(Scopes.TodoRead)]
        internal sealed class InvoiceTools(InvoicesApi invoices)
        {
            private static readonly ConcurrentDictionary<string, Task<string>> s_late = new();
            private static readonly ConcurrentDictionary<string, TaskCompletionSource> s_begin = new();

            [McpServerTool(Name = "get_invoices")]
            public Task<string> Get(string url, CancellationToken cancellationToken) => invoices.GetAsync(url, cancellationToken);

            [McpServerTool(Name = "get_with_host")]
            public Task<string> GetWithHost(string host, CancellationToken cancellationToken) =>
                invoices.GetWithHostAsync(host, cancellationToken);

            [McpServerTool(Name = "start_late")]
            public string StartLate(string id)
            {
                s_late[id] = RunLateAsync(id);
                return "started";
            }

            // Of whoever asks: the call was begun by another one, whose request has ended.
            [McpServerTool(Name = "end_late")]
            public async Task<string> EndLate(string id)
            {
                s_begin[id].TrySetResult();
                try
                {
                    return await s_late[id];
                }
                catch (InvalidOperationException exception)
                {
                    return exception.Message;
                }
            }

            private async Task<string> RunLateAsync(string id)
            {
                await s_begin.GetOrAdd(id, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                return await invoices.GetAsync("list", CancellationToken.None);
            }
        }

        // A page of the app that is not the MCP endpoint, with a sign-in of its own.
        internal sealed class OwnPage : IStartupFilter
        {
            public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
            {
                app.Map("/own-page", page => page.Run(ShowAsync));
                next(app);
            };

            private static async Task ShowAsync(HttpContext http)
            {
                http.User = new(new ClaimsIdentity([new("sub", "alice")], "Cookies"));
                try
                {
                    var invoices = http.RequestServices.GetRequiredService<InvoicesApi>();
                    await http.Response.WriteAsync(await invoices.GetAsync("list", http.RequestAborted));
                }
                catch (InvalidOperationException exception)
                {
                    await http.Response.WriteAsync(exception.Message);
                }
            }
        }

        internal static class InvoiceToolsExtensions
        {
            public static IMcpServerBuilder WithInvoiceTools(this IMcpServerBuilder mcp)
            {
                mcp.Services.AddDownstream<InvoicesApi>("Invoices");
                mcp.Services.AddSingleton<IStartupFilter, OwnPage>();
                if (Environment.GetEnvironmentVariable("STATEFUL") is "true")
                {
                    mcp.Services.Configure<HttpServerTransportOptions>(options => options.Stateless = false);
                }

                return mcp.WithTools<InvoiceTools>();
            }
        }
        """;

    private readonly Lazy<Task<ServerProcess>> _stateful;

    public DownstreamServer() => _stateful = new(() => StartAsync(("STATEFUL", "true")));

    internal TestIssuer Issuer { get; } = new();

    internal FakeTokenEndpoint Tokens { get; private set; } = null!;

    internal RecordingApi Api { get; private set; } = null!;

    internal ServerProcess Server { get; private set; } = null!;

    internal HttpClient Http => Server.Client;

    /// <summary>The same server with sessions.</summary>
    internal Task<ServerProcess> StatefulAsync() => _stateful.Value;

    public async Task InitializeAsync()
    {
        Tokens = await FakeTokenEndpoint.StartAsync();
        Api = await RecordingApi.StartAsync();
        Issuer.Metadata["token_endpoint"] = Tokens.Url;
        await Issuer.StartAsync();
        Server = await StartAsync();
        await Server.WaitUntilReadyAsync();
    }

    public async Task DisposeAsync()
    {
        if (_stateful.IsValueCreated)
        {
            await (await _stateful.Value).DisposeAsync();
        }

        if (Server is not null)
        {
            await Server.DisposeAsync();
        }

        await Issuer.DisposeAsync();
        await Api.DisposeAsync();
        await Tokens.DisposeAsync();
    }

    internal static Task AddCodeAsync(GeneratedProject project) =>
        project.AddToolsAsync(Code, ".WithInvoiceTools()");

    /// <summary>A user that no other test has.</summary>
    internal static string CreateSubject() => $"user-{Guid.NewGuid():N}";

    /// <summary>A token for the server: a new one each time.</summary>
    internal string CreateToken(string subject, params (string Name, object? Value)[] claims) =>
        CreateToken(Server, subject, claims);

    internal string CreateToken(ServerProcess server, string subject, params (string Name, object? Value)[] claims) =>
        Issuer.CreateToken(
            new Uri(server.Address, "mcp").AbsoluteUri, "todo:read", subject, claims: [("jti", Guid.NewGuid()), .. claims]);

    /// <summary>Calls list_orders with a new token of this user, and returns its text.</summary>
    internal Task<string> ListOrdersAsync(string subject) => CallAsync("list_orders", CreateToken(subject));

    internal async Task<string> CallAsync(string tool, string token, object? arguments = null)
    {
        using var response = await Http.CallToolAsync(tool, token, arguments);
        return await response.ReadToolTextAsync();
    }

    private async Task<ServerProcess> StartAsync(params (string Name, string Value)[] settings)
    {
        var project = await ServersUnderTest.BuiltAsync(Folder);
        return await ServerProcess.StartAsync(project.GetAssembly(), project.ContentRoot, "Development", [
            ("OAuth__Issuer", Issuer.Issuer),
            ("Mcp__RequestsPerMinute", "100000"),
            ("Logging__LogLevel__Default", "Trace"),
            ("Logging__LogLevel__Microsoft.AspNetCore", "Trace"),
            ("Logging__LogLevel__System.Net.Http.HttpClient", "Trace"),
            ("Logging__LogLevel__ModelContextProtocol", "Trace"),
            .. Describe("Orders", new()
            {
                ["BaseAddress"] = new Uri(Api.Address, "v1").AbsoluteUri,
                ["ClientId"] = "https://mcp.contoso.com/client:1",
                ["ClientSecret"] = OrdersSecret,
                ["Resource"] = Api.Address.AbsoluteUri,
                ["Scope"] = "orders:read orders:list",
            }),
            .. Describe("Invoices", new()
            {
                ["BaseAddress"] = new Uri(Api.Address, "invoices").AbsoluteUri,
                ["ClientId"] = "invoices-client",
                ["ClientSecret"] = InvoicesSecret,
                ["SecretInBody"] = "true",
                ["Audience"] = "invoices",
                ["TokenEndpoint"] = Tokens.Url,
            }),
            .. settings]);
    }

    /// <summary>All settings of an API: those that are not given are empty, whatever the files say.</summary>
    internal static (string Name, string Value)[] Describe(string api, Dictionary<string, string> given)
    {
        string[] names =
        [
            "BaseAddress", "ClientId", "ClientSecret", "ClientCertificate", "Scope", "Resource", "Audience", "TokenEndpoint",
        ];
        var settings = names.ToDictionary(name => name, _ => "");
        settings["SecretInBody"] = "false";
        settings["OnBehalfOf"] = "false";
        foreach (var (name, value) in given)
        {
            settings[name] = value;
        }

        return [.. settings.Select(setting => ($"Downstream__{api}__{setting.Key}", setting.Value))];
    }
}
