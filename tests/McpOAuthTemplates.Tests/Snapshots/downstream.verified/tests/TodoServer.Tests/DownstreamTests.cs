using System.ComponentModel;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;

namespace TodoServer.Tests;

/// <summary>
/// Calls of other APIs, for each API in the section "Downstream" of the settings. Nothing leaves
/// this process, but tools that only read and need no arguments run.
/// </summary>
public sealed class DownstreamTests : IDisposable
{
    private const string Tool = "call_api";

    private readonly OtherApis _others;
    private readonly ServerFactory _server;

    public DownstreamTests()
    {
        var issuer = new TestIssuer();
        _others = new OtherApis(issuer);
        _server = new ServerFactory(
            ("Mcp:ConcurrentRequests", "100"), ("Mcp:UnfinishedRequests", "100"))
        {
            Issuer = issuer,
            RunsTools = true,
            AddServices = AddTestTool,
        };
    }

    private string[] Apis
    {
        get
        {
            var settings = _server.Services.GetRequiredService<IConfiguration>();
            return [.. settings.GetSection("Downstream").GetChildren().Select(api => api.Key)];
        }
    }

    [Fact]
    public async Task The_token_of_the_caller_never_leaves_the_server()
    {
        var token = CreateToken("ada");
        foreach (var api in Apis)
        {
            Assert.Equal("OK", await CallAsync(api, "", token));
        }

        foreach (var tool in FindToolsThatRead())
        {
            var parameters = new JsonObject { ["name"] = tool };
            using var request = new McpRequest("tools/call", token, parameters);
            using var response = await _server.Http.SendAsync(request);
        }

        Assert.True(_others.Requests.Count >= Apis.Length);
        Assert.All(_others.Requests, request => Assert.DoesNotContain(token, request));
        Assert.All(Apis.Zip(_others.Requests), call => Assert.Contains(
            _others.Tokens, other => call.Second.Contains($"Authorization: Bearer {other}")));
    }

    [Fact]
    public async Task Another_host_gets_no_token()
    {
        foreach (var api in Apis)
        {
            var result = await CallAsync(api, "https://evil.test/", CreateToken("ada"));

            Assert.Equal("refused", result);
        }

        Assert.Empty(_others.Requests);
        Assert.Equal(0, _others.Exchanges);
    }

    [Fact]
    public async Task Many_calls_at_once_need_one_exchange_for_each_user()
    {
        foreach (var api in Apis)
        {
            var before = _others.Exchanges;
            string[] tokens = [CreateToken("ada"), CreateToken("grace")];
            var calls = Enumerable.Repeat(tokens, 20).SelectMany(both => both);
            await Task.WhenAll(calls.Select(token => CallAsync(api, "", token)));

            Assert.Equal(2, _others.Exchanges - before);
        }
    }

    [Fact]
    public async Task The_token_for_another_API_opens_nothing_here()
    {
        foreach (var api in Apis)
        {
            await CallAsync(api, "", CreateToken("ada"));
        }

        foreach (var token in _others.Tokens)
        {
            using var response = await _server.Http.SendAsync(new McpRequest("tools/list", token));

            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }
    }

    public void Dispose()
    {
        _server.Dispose();
        _others.Dispose();
    }

    private void AddTestTool(IServiceCollection services)
    {
        services.AddSingleton<IHttpMessageHandlerBuilderFilter>(_others);
        services.AddMcpServer().WithTools<ApiTools>();
    }

    private string CreateToken(string user) =>
        _server.CreateToken(("sub", user), ("scope", _server.Join(ScopeList.All)));

    private Task<string> CallAsync(string api, string url, string token) =>
        _server.CallToolAsync(Tool, token, new JsonObject { ["api"] = api, ["url"] = url });

    private IEnumerable<string> FindToolsThatRead()
    {
        var mcp = _server.Services.GetRequiredService<IOptions<McpServerOptions>>().Value;
        return
            from tool in mcp.ToolCollection
            let definition = tool.ProtocolTool
            let needsArguments = definition.InputSchema.TryGetProperty("required", out _)
            where definition.Annotations?.ReadOnlyHint is true && !needsArguments
            select definition.Name;
    }

    private sealed class ApiTools(IHttpClientFactory clients)
    {
        [McpServerTool(Name = Tool), Description("Calls an API.")]
        [Authorize]
        public async Task<string> CallAsync(string api, string url, CancellationToken cancellationToken)
        {
            using var http = clients.CreateClient(api);
            try
            {
                using var response = await http.GetAsync(url, cancellationToken);
                return $"{response.StatusCode}";
            }
            catch (InvalidOperationException)
            {
                return "refused";
            }
        }
    }
}
