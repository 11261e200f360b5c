using System.Net.Http.Headers;
using ModelContextProtocol;

namespace TodoServer.Downstream;

/// <summary>Sends a token for the user of the current call with each request to the API.</summary>
internal sealed class DownstreamHandler(
    string name,
    DownstreamOptions options,
    IHttpContextAccessor accessor,
    DownstreamTokens tokens) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // The argument of a tool may be in the URL, and must not choose who gets a token.
        if (!IsSameOrigin(request.RequestUri, options.BaseUrl))
        {
            throw new InvalidOperationException(
                $"The client {name} sends tokens to Downstream:{name}:BaseAddress only.");
        }

        var caller = DownstreamCaller.Find(accessor.HttpContext)
            ?? throw new InvalidOperationException(
                $"The client {name} works only while a user calls the MCP endpoint.");
        if (!caller.IsUser)
        {
            throw new McpException(ExchangeErrors.NoUser);
        }

        var token = await tokens.GetAsync(name, caller.Token, cancellationToken);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Host = null; // Behind the same address, it could choose another host.
        return await base.SendAsync(request, cancellationToken);
    }

    private static bool IsSameOrigin(Uri? url, Uri own)
    {
        return url is { IsAbsoluteUri: true }
            && url.Scheme == own.Scheme
            && url.Host == own.Host
            && url.Port == own.Port;
    }
}
