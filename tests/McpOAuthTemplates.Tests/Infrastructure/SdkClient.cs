using System.Net;
using ModelContextProtocol.Authentication;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>The client of the C# SDK, which discovers, registers itself, signs in and steps up as AI hosts do.</summary>
internal static class SdkClient
{
    /// <summary>
    /// Connects. The status of each response, also of the authorization server, comes to the list. Whoever wants to reach each of several
    /// instances has a new connection for each request.
    /// </summary>
    public static Task<McpClient> ConnectAsync(
        Uri endpoint, string revision, ClientOAuthOptions oauth, ICollection<HttpStatusCode> statuses, bool keepsConnections = true)
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        if (!keepsConnections)
        {
            handler.PooledConnectionLifetime = TimeSpan.Zero;
        }

        var transport = new HttpClientTransport(
            new HttpClientTransportOptions
            {
                Endpoint = endpoint,
                TransportMode = HttpTransportMode.StreamableHttp,
                OAuth = oauth,
            },
            new HttpClient(new StatusRecorder(statuses, handler)));
        return McpClient.CreateAsync(transport, new McpClientOptions { ProtocolVersion = revision });
    }

    /// <summary>Calls a tool that must succeed, and returns its text.</summary>
    public static async Task<string> CallTextAsync(
        this McpClient client, string tool, params (string Name, object Value)[] arguments)
    {
        var result = await client.CallToolAsync(tool, arguments.ToDictionary(a => a.Name, a => (object?)a.Value));
        Assert.NotEqual(true, result.IsError);
        return Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;
    }

    private sealed class StatusRecorder(ICollection<HttpStatusCode> statuses, HttpMessageHandler handler)
        : DelegatingHandler(handler)
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            statuses.Add(response.StatusCode);
            return response;
        }
    }
}
