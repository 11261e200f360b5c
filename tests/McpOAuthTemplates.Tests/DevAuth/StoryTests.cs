using System.Net;
using McpOAuthTemplates.Tests.Infrastructure;
using ModelContextProtocol.Authentication;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpOAuthTemplates.Tests.DevAuth;

/// <summary>The main job, with the client of the C# SDK: discovery, registration, sign-in, a call, a refusal, step-up, a call.</summary>
public sealed class StoryTests
{
    [Theory]
    [InlineData("2026-07-28")]
    [InlineData("2025-11-25")]
    public async Task A_real_client_signs_in_calls_and_steps_up(string revision)
    {
        await using var server = await TodoServer.StartAsync();
        var statuses = new StatusRecorder(new SocketsHttpHandler());
        var browser = new Browser(server.Client);
        List<string> requestedScopes = [];
        string? registeredClient = null;

        // The person unchecks todo:write on the first consent page, and leaves everything checked on the second.
        async Task<AuthorizationResult?> SignInAsync(AuthorizationCallbackContext context, CancellationToken cancellationToken)
        {
            var page = await browser.OpenAsync(context.AuthorizationUri.AbsoluteUri);
            Assert.Contains("Story client", page.Text, StringComparison.Ordinal);
            requestedScopes.Add(System.Web.HttpUtility.ParseQueryString(context.AuthorizationUri.Query)["scope"]!);
            var answer = await browser.SubmitAsync(
                page, "Allow", user: "alice", keepChecked: requestedScopes.Count == 1 ? ["todo:read"] : null);
            Assert.Equal(302, answer.Status);
            Assert.Equal(context.RedirectUri.AbsoluteUri, answer.RedirectUri);
            return new AuthorizationResult { Code = answer["code"], State = answer["state"], Iss = answer["iss"] };
        }

        var transport = new HttpClientTransport(
            new HttpClientTransportOptions
            {
                Endpoint = new Uri(server.Address, "mcp"),
                TransportMode = HttpTransportMode.StreamableHttp,
                OAuth = new ClientOAuthOptions
                {
                    RedirectUri = new Uri("http://127.0.0.1:7777/callback"),
                    AuthorizationCallbackHandler = SignInAsync,
                    DynamicClientRegistration = new DynamicClientRegistrationOptions
                    {
                        ClientName = "Story client",
                        ResponseDelegate = (response, _) =>
                        {
                            registeredClient = response.ClientId;
                            return Task.CompletedTask;
                        },
                    },
                },
            },
            new HttpClient(statuses));
        await using var client = await McpClient.CreateAsync(transport, new McpClientOptions { ProtocolVersion = revision });

        var tools = await client.ListToolsAsync();
        Assert.Equal(["add_todo", "complete_todo", "list_todos", "whoami"], tools.Select(tool => tool.Name).Order());
        Assert.Equal(["todo:read todo:write"], requestedScopes);
        Assert.NotNull(registeredClient);
        Assert.Contains("subject: alice", await CallAsync("whoami"), StringComparison.Ordinal);
        Assert.Equal("There are no todos.", await CallAsync("list_todos"));
        Assert.DoesNotContain(HttpStatusCode.Forbidden, statuses.Seen);

        Assert.Equal("Added 1. [ ] Buy milk", await CallAsync("add_todo", ("title", "Buy milk")));
        Assert.Contains(HttpStatusCode.Forbidden, statuses.Seen);
        Assert.Equal(["todo:read todo:write", "todo:read todo:write"], requestedScopes);

        // The new token has both scopes, so that nothing is asked any more.
        Assert.Equal("1. [ ] Buy milk", await CallAsync("list_todos"));
        Assert.Equal("Completed 1. [x] Buy milk", await CallAsync("complete_todo", ("id", 1)));
        Assert.Equal(2, requestedScopes.Count);

        async Task<string> CallAsync(string tool, params (string Name, object Value)[] arguments)
        {
            var result = await client.CallToolAsync(tool, arguments.ToDictionary(a => a.Name, a => (object?)a.Value));
            Assert.NotEqual(true, result.IsError);
            return Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;
        }
    }

    private sealed class StatusRecorder(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        public List<HttpStatusCode> Seen { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            Seen.Add(response.StatusCode);
            return response;
        }
    }
}
