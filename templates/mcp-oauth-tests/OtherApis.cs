using System.Collections.Concurrent;
using System.Net.Http.Json;
using Microsoft.Extensions.Http;

namespace McpOAuthServer.Tests;

/// <summary>
/// All that the server calls by an HttpClient of IHttpClientFactory: the token endpoint, which
/// exchanges tokens, and the APIs. It keeps what they get.
/// </summary>
internal sealed class OtherApis(TestIssuer issuer)
    : HttpMessageHandler, IHttpMessageHandlerBuilderFilter
{
    public const string TokenEndpoint = TestIssuer.Url + "/token";

    private int _exchanges;

    /// <summary>The requests to the APIs, each with its headers and its body.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>The tokens in place of those of the callers.</summary>
    public ConcurrentQueue<string> Tokens { get; } = [];

    public int Exchanges => _exchanges;

    // Before each request, whichever client sends it.
    Action<HttpMessageHandlerBuilder> IHttpMessageHandlerBuilderFilter.Configure(
        Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);
        builder.PrimaryHandler = this;
    };

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri!.AbsoluteUri == TokenEndpoint)
        {
            return await ExchangeAsync(cancellationToken);
        }

        var body = "";
        if (request.Content is { } content)
        {
            body = await content.ReadAsStringAsync(cancellationToken);
        }

        Requests.Enqueue($"{request.Method} {request.RequestUri}\n{request.Headers}\n{body}");
        return new HttpResponseMessage { Content = new StringContent("{}") };
    }

    private async Task<HttpResponseMessage> ExchangeAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _exchanges);
        await Task.Delay(100, cancellationToken); // So that many calls can come meanwhile.
        var token = issuer.Sign(new()
        {
            ["iss"] = TestIssuer.Url,
            ["aud"] = "https://api.test",
            ["sub"] = "somebody",
            ["jti"] = Guid.NewGuid().ToString(),
            ["exp"] = DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds(),
        });
        Tokens.Enqueue(token);
        return new HttpResponseMessage
        {
            Content = JsonContent.Create(new
            {
                access_token = token,
                token_type = "Bearer",
                expires_in = 300,
            }),
        };
    }
}
