using System.Net;
using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.Infrastructure;
using ModelContextProtocol.Authentication;
using ModelContextProtocol.Client;

namespace McpOAuthTemplates.Tests.Clients;

/// <summary>
/// Somebody develops a server: changes it, builds it and starts it, again and again. Who has signed in once is not asked again, whatever
/// the client.
/// </summary>
public sealed class RestartedServerTests
{
    [SkippableFact]
    public async Task Clients_call_on_after_two_rebuilds_without_a_browser()
    {
        Skip.If(NodeTools.SkipReason is not null, NodeTools.SkipReason);
        var project = await Template.CreateAsync("restarted", "TodoServer");
        var address = new Uri($"http://localhost:{ServerProcess.GetFreePort()}");
        var endpoint = new Uri(address, "mcp");
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = address };
        IRestartedClient[] clients = [new CSharpClient(endpoint), new TypeScriptClient(endpoint), new RemoteClient(endpoint)];
        foreach (var rebuild in new[] { 0, 1, 2 })
        {
            File.WriteAllText(Path.Combine(project.ContentRoot, "Changed.cs"), $"internal enum Changed {{ Rebuild{rebuild} }}\n");
            (await Dotnet.BuildAsync(project.ProjectFile)).ShouldSucceed();
            await using var server = await ServerProcess.StartAsync(
                project.GetAssembly(), project.ContentRoot, address, "Development",
                ("DevAuth__StateFolder", Path.Combine(project.Directory, "obj")));
            await server.WaitUntilReadyAsync();
            foreach (var client in clients)
            {
                // The last time, the server refuses the access token: the refresh token has to do.
                var person = new Person(http, "erin");
                var text = await client.CallAsync(person, http, isTokenOld: rebuild == 2);

                Assert.Contains("subject: erin", text, StringComparison.Ordinal);
                Assert.Equal(rebuild == 0 ? 1 : 0, person.AskedScopes.Count);
            }

            await server.StopAsync();
        }
    }

    /// <summary>A client that keeps its tokens, and is started for each call.</summary>
    private interface IRestartedClient
    {
        Task<string> CallAsync(Person person, HttpClient http, bool isTokenOld);
    }

    private sealed class CSharpClient(Uri endpoint) : IRestartedClient
    {
        private readonly TokenCache _tokens = new();
        private string? _clientId;

        public async Task<string> CallAsync(Person person, HttpClient http, bool isTokenOld)
        {
            if (isTokenOld)
            {
                _tokens.Current!.ObtainedAt -= TimeSpan.FromSeconds(_tokens.Current.ExpiresIn!.Value);
            }

            var oauth = new ClientOAuthOptions
            {
                RedirectUri = new Uri("http://127.0.0.1:7777/callback"),
                AuthorizationCallbackHandler = person.SignInAsync,
                TokenCache = _tokens,
                ClientId = _clientId,
                DynamicClientRegistration = new DynamicClientRegistrationOptions { ClientName = "C# client" },
            };
            await using var client = await SdkClient.ConnectAsync(endpoint, "2026-07-28", oauth, new List<HttpStatusCode>());
            var text = await client.CallTextAsync("whoami");
            _clientId ??= person.ClientId;
            return text;
        }
    }

    private sealed class TypeScriptClient(Uri endpoint) : IRestartedClient
    {
        private readonly string _file =
            Path.Combine(Repository.CreateEmptyDirectory("kept-client"), "tokens.json");

        public async Task<string> CallAsync(Person person, HttpClient http, bool isTokenOld)
        {
            if (isTokenOld)
            {
                var kept = JsonNode.Parse(await File.ReadAllTextAsync(_file))!;
                kept["tokens"]!["access_token"] = (string)kept["tokens"]!["access_token"]! + "x";
                await File.WriteAllTextAsync(_file, kept.ToJsonString());
            }

            var isFirst = !File.Exists(_file);
            await using var client = NodeTools.Start("kept-client.mjs", endpoint.AbsoluteUri, _file);
            if (isFirst)
            {
                var answer = await person.AllowAsync(await client.WaitForAsync("sign in: "));
                using var callback = await http.GetAsync(answer.Response.Headers.Location);
                Assert.True(callback.IsSuccessStatusCode);
            }

            var result = (await client.WaitForExitAsync()).ShouldSucceed();
            Assert.Equal(isFirst, result.Output.Contains("sign in: ", StringComparison.Ordinal));
            return result.Output;
        }
    }

    private sealed class RemoteClient(Uri endpoint) : IRestartedClient
    {
        private readonly string _folder = Repository.CreateEmptyDirectory("mcp-remote", "restarted");

        public async Task<string> CallAsync(Person person, HttpClient http, bool isTokenOld)
        {
            var remote = new McpRemote(_folder, endpoint, "auto");
            var isFirst = remote.Opened.Length == 0;
            if (isTokenOld)
            {
                await SpoilTokensAsync();
            }

            var signIn = isFirst ? remote.SignInAsync(person, http) : Task.CompletedTask;
            await using var client = await remote.ConnectAsync();
            var text = await client.CallTextAsync("whoami");
            await signIn;
            Assert.Single(remote.Opened);
            return text;
        }

        private async Task SpoilTokensAsync()
        {
            var file = Assert.Single(Directory.GetFiles(_folder, "*_tokens.json", SearchOption.AllDirectories));
            var tokens = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
            tokens["access_token"] = (string)tokens["access_token"]! + "x";
            await File.WriteAllTextAsync(file, tokens.ToJsonString());
        }
    }
}
