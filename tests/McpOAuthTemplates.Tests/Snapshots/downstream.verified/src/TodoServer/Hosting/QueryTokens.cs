using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http.Features;

namespace TodoServer.Hosting;

/// <summary>
/// Removes the query string of requests to the MCP endpoint, which does not use one, before
/// anything can log it: a client may put its token there by mistake. ASP.NET Core logs the start of
/// a request before any middleware runs.
/// </summary>
internal sealed class QueryTokens(IServiceProvider services) : IHttpContextFactory
{
    private readonly DefaultHttpContextFactory _factory = new(services);

    /// <summary>The paths of the MCP endpoint.</summary>
    public ConcurrentBag<string> Paths { get; } = [];

    public HttpContext Create(IFeatureCollection featureCollection)
    {
        var request = featureCollection.GetRequiredFeature<IHttpRequestFeature>();
        if (request.QueryString.Length > 0 && Paths.Any(path => IsAt(request.Path, path)))
        {
            request.QueryString = "?redacted";
            request.RawTarget = request.RawTarget.Split('?')[0] + request.QueryString;
        }

        return _factory.Create(featureCollection);
    }

    public void Dispose(HttpContext httpContext) => _factory.Dispose(httpContext);

    private static bool IsAt(string requestPath, string path) =>
        requestPath.TrimEnd('/').Equals(path, StringComparison.OrdinalIgnoreCase);
}
