using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Web;
using McpOAuthTemplates.Tests.DevAuth;
using McpOAuthTemplates.Tests.Infrastructure;
using ModelContextProtocol.Authentication;

namespace McpOAuthTemplates.Tests.Providers;

/// <summary>A generated server with an authorization server that is not ours: no mistake of ours can be on both sides.</summary>
public sealed class OidcProviderTests : IAsyncLifetime, IDisposable
{
    private const string AllScopes = "todo:read todo:write";

    // With the cookies, and without following redirects: that is for the browser of the test.
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private LoggedProcess _process = null!;

    public OidcProviderTests() => Skip.If(NodeTools.SkipReason is not null, NodeTools.SkipReason);

    private string Issuer { get; set; } = "";

    public async Task InitializeAsync()
    {
        _process = NodeTools.Start("authorization-server.mjs", AllScopes);
        Issuer = await _process.WaitForAsync("listening ");
        _client.BaseAddress = new Uri(Issuer);
    }

    public async Task DisposeAsync() => await _process.DisposeAsync();

    public void Dispose() => _client.Dispose();

    [SkippableFact]
    public async Task A_real_client_registers_signs_in_calls_and_steps_up()
    {
        await using var server = await TodoServer.StartAsync(
            ("OAuth__Issuer", Issuer), ("OAuth__InitialScopes__0", "todo:read"), ("OAuth__RequireAtJwt", "true"));
        var browser = new Browser(_client);
        List<string> askedScopes = [];
        List<string> pages = [];
        List<HttpStatusCode> statuses = [];
        string? registeredClient = null;
        var oauth = new ClientOAuthOptions
        {
            RedirectUri = new Uri("http://127.0.0.1:7777/callback"),
            AuthorizationCallbackHandler = SignInAsync,
            DynamicClientRegistration = new DynamicClientRegistrationOptions
            {
                ResponseDelegate = (response, _) =>
                {
                    registeredClient = response.ClientId;
                    return Task.CompletedTask;
                },
            },
        };
        await using var client = await SdkClient.ConnectAsync(new Uri(server.Address, "mcp"), "2025-11-25", oauth, statuses);

        Assert.NotNull(registeredClient);
        Assert.Contains("subject: alice", await client.CallTextAsync("whoami"), StringComparison.Ordinal);
        Assert.Equal("There are no todos.", await client.CallTextAsync("list_todos"));
        Assert.Equal(["todo:read offline_access"], askedScopes);
        Assert.Equal(["Sign-in", "Authorize"], pages);
        Assert.DoesNotContain(HttpStatusCode.Forbidden, statuses);

        Assert.Equal("Added 1. [ ] Buy milk", await client.CallTextAsync("add_todo", ("title", "Buy milk")));
        Assert.Contains(HttpStatusCode.Forbidden, statuses);
        Assert.Equal(AllScopes + " offline_access", askedScopes[^1]);
        Assert.Equal(["Sign-in", "Authorize", "Authorize"], pages);

        // The new token has both scopes, so that nothing is asked any more.
        Assert.Equal("1. [ ] Buy milk", await client.CallTextAsync("list_todos"));
        Assert.Equal(2, askedScopes.Count);

        async Task<AuthorizationResult?> SignInAsync(AuthorizationCallbackContext context, CancellationToken cancellationToken)
        {
            askedScopes.Add(HttpUtility.ParseQueryString(context.AuthorizationUri.Query)["scope"]!);
            var answer = await browser.OpenAsync(context.AuthorizationUri.AbsoluteUri);
            while (answer.Status == 200 || answer.RedirectUri != context.RedirectUri.AbsoluteUri)
            {
                if (answer.Status == 200)
                {
                    pages.Add(answer.Document.QuerySelector("h1")!.TextContent);
                    answer = pages[^1] == "Sign-in"
                        ? await browser.SubmitAsync(answer, "Sign-in", new Dictionary<string, string> { ["login"] = "alice" })
                        : await browser.SubmitAsync(answer, "Continue");
                }
                else
                {
                    Assert.Equal(303, answer.Status);
                    answer = await browser.OpenAsync(answer.Response.Headers.Location!.OriginalString);
                }
            }

            return new AuthorizationResult { Code = answer["code"], State = answer["state"], Iss = answer["iss"] };
        }
    }

    [SkippableFact]
    public async Task Its_token_for_another_resource_or_without_the_scope_is_refused()
    {
        await using var server = await TodoServer.StartAsync(("OAuth__Issuer", Issuer));
        var resource = new Uri(server.Address, "mcp").AbsoluteUri;
        using var metadata = JsonContent.Create(new
        {
            grant_types = new[] { "client_credentials" },
            response_types = Array.Empty<string>(),
            redirect_uris = Array.Empty<string>(),
            token_endpoint_auth_method = "client_secret_post",
        });
        var registered = await PostAsync("reg", metadata);

        Assert.Equal(HttpStatusCode.OK, await AddAsync(resource, AllScopes));
        Assert.Equal(HttpStatusCode.Forbidden, await AddAsync(resource, "todo:read"));
        Assert.Equal(HttpStatusCode.Unauthorized, await AddAsync(resource + "/other", AllScopes));

        async Task<HttpStatusCode> AddAsync(string resource, string scope)
        {
            using var request = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = (string)registered["client_id"]!,
                ["client_secret"] = (string)registered["client_secret"]!,
                ["resource"] = resource,
                ["scope"] = scope,
            });
            var answer = await PostAsync("token", request);
            Assert.Equal(scope, (string?)answer["scope"]);
            var token = (string)answer["access_token"]!;
            using var response = await server.Client.CallToolAsync("add_todo", token, new { title = "Buy milk" });
            return response.StatusCode;
        }

        async Task<JsonNode> PostAsync(string path, HttpContent content)
        {
            using var response = await _client.PostAsync(path, content);
            return JsonNode.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!;
        }
    }
}
