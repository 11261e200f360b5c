using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.Clients;
using McpOAuthTemplates.Tests.Infrastructure;
using ModelContextProtocol.Authentication;
using ModelContextProtocol.Client;

namespace McpOAuthTemplates.Tests.Aspire;

/// <summary>What --aspire adds: two instances behind one address, for their clients one server, and a dashboard.</summary>
public sealed class AspireTests
{
    private const string Title = "Buy milk'); DROP TABLE Todos; --";

    internal static readonly Lazy<Task<GeneratedProject>> Project = new(() => AppHost.BuildAsync("aspire"));

    [SkippableFact]
    public async Task Two_instances_are_one_server_for_a_client_and_the_dashboard_sees_both()
    {
        var project = await Project.Value;
        await using var appHost = await AppHost.StartAsync(project);
        Assert.Equal("/mcp", appHost.Endpoint.AbsolutePath);
        Assert.Contains(appHost.Endpoint.Authority, project.Read("src/TodoServer/Properties/launchSettings.json"), StringComparison.Ordinal);

        // Each request has a new connection, so that any instance can answer any step of the sign-in.
        using var browser = CreateBrowser(appHost.Endpoint);
        var ada = new Person(browser, "ada", "todo:read");
        var tokens = new TokenCache();
        List<HttpStatusCode> statuses = [];
        await using var client = await ConnectAsync(appHost.Endpoint, ada, tokens, statuses);
        Assert.Equal("There are no todos.", await client.CallTextAsync("list_todos"));
        Assert.Equal($"Added 1. [ ] {Title}", await client.CallTextAsync("add_todo", ("title", Title)));
        Assert.Contains(HttpStatusCode.Forbidden, statuses);
        Assert.Equal(2, ada.AskedScopes.Count);
        await Poll.UntilAsync(async () =>
        {
            Assert.Equal($"1. [ ] {Title}", await client.CallTextAsync("list_todos"));
            return (await appHost.FindInstancesAsync("tools/call list_todos")).Count == 2;
        });

        // Without a person: the grants are those of both instances.
        tokens.Current!.ObtainedAt -= TimeSpan.FromHours(1);
        Assert.Equal($"Completed 1. [x] {Title}", await client.CallTextAsync("complete_todo", ("id", 1)));
        Assert.Equal(2, ada.AskedScopes.Count);

        await using var other = await ConnectAsync(appHost.Endpoint, new Person(browser, "grace"), new TokenCache(), statuses);
        Assert.Equal("There are no todos.", await other.CallTextAsync("list_todos"));

        var traces = await appHost.ReadTracesAsync();
        Assert.Contains("code_challenge=Redacted", traces, StringComparison.Ordinal);
        Assert.DoesNotMatch("code_challenge=(?!Redacted)|eyJ|DROP TABLE", traces);
        await appHost.StopAsync();
        Assert.DoesNotContain("fail:", appHost.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Processes_that_add_todos_at_the_same_time_lose_none()
    {
        var database = Path.Combine(Repository.CreateEmptyDirectory("aspire-todos"), "todos.db");
        var setting = ("ConnectionStrings__Todos", $"Data Source=\"{database}\"");
        await using var one = await StartServerAsync(setting);
        await using var other = await StartServerAsync(setting);
        var tokens = new[] { await GetTokenAsync(one), await GetTokenAsync(other) };
        List<string> added = [];
        for (var round = 0; round < 5; round++)
        {
            // Those that read meanwhile keep a change from being committed, if it does not wait for them.
            var reads = Enumerable.Range(0, 30).Select(number =>
                CallAsync(number % 2 == 0 ? one : other, tokens[number % 2], "list_todos"));
            var adds = Enumerable.Range(0, 20).Select(number =>
                CallAsync(number % 2 == 0 ? one : other, tokens[number % 2], "add_todo", new { title = "x" }));
            var all = Task.WhenAll(reads);
            added.AddRange(await Task.WhenAll(adds));
            await all;
        }

        var expected = Enumerable.Range(1, 100).Select(id => $"{id}. [ ] x").ToArray();
        Assert.Equal(expected.Select(todo => "Added " + todo).Order(), added.Order());
        Assert.Equal(string.Join('\n', expected), await CallAsync(one, tokens[0], "list_todos"));
        Assert.Equal(string.Join('\n', expected), await CallAsync(other, tokens[1], "list_todos"));
    }

    [SkippableFact]
    public async Task Without_a_database_todos_are_in_memory()
    {
        var project = await Project.Value;
        var before = Repository.EnumerateFiles(project.Directory).ToArray();
        await using var server = await StartServerAsync();
        var token = await GetTokenAsync(server);

        Assert.Equal("Added 1. [ ] x", await CallAsync(server, token, "add_todo", new { title = "x" }));
        Assert.Equal("1. [ ] x", await CallAsync(server, token, "list_todos"));
        Assert.Equal("There is no todo with the number 2.", await CallAsync(server, token, "complete_todo", new { id = 2 }));
        Assert.Equal(before, Repository.EnumerateFiles(project.Directory));
    }

    private static async Task<ServerProcess> StartServerAsync(params (string Name, string Value)[] settings)
    {
        var project = await Project.Value;
        return await ServerProcess.StartAsync(project.GetAssembly(), project.ContentRoot, "Development", settings);
    }

    private static async Task<string> GetTokenAsync(ServerProcess server)
    {
        await server.WaitUntilReadyAsync();
        using var form = new FormUrlEncodedContent(
            [new("grant_type", "client_credentials"), new("client_id", "dev-script"), new("client_secret", "dev-secret")]);
        using var response = await server.Client.PostAsync("/dev-auth/token", form);
        var answer = await response.Content.ReadFromJsonAsync<JsonNode>();
        return (string)answer!["access_token"]!;
    }

    private static async Task<string> CallAsync(ServerProcess server, string token, string tool, object? arguments = null)
    {
        using var response = await server.Client.CallToolAsync(tool, token, arguments);
        return await response.ReadToolTextAsync();
    }

    private static HttpClient CreateBrowser(Uri endpoint)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseCookies = false, UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero,
        };
        return new HttpClient(handler) { BaseAddress = new Uri(endpoint, "/") };
    }

    private static Task<McpClient> ConnectAsync(Uri endpoint, Person person, TokenCache tokens, List<HttpStatusCode> statuses)
    {
        var oauth = new ClientOAuthOptions
        {
            RedirectUri = new Uri("http://127.0.0.1:7777/callback"),
            AuthorizationCallbackHandler = person.SignInAsync,
            TokenCache = tokens,
            DynamicClientRegistration = new DynamicClientRegistrationOptions { ClientName = "C# client" },
        };
        return SdkClient.ConnectAsync(endpoint, "2026-07-28", oauth, statuses, keepsConnections: false);
    }
}
