using global::TodoServer.Authorization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using ModelContextProtocol.AspNetCore.Authentication;
using ModelContextProtocol.Protocol;

namespace TodoServer.Hosting;

/// <summary>
/// Stops the start if the app maps an endpoint that should be protected and cannot be.
/// </summary>
internal sealed class MappedEndpointsCheck : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);
        var services = app.ApplicationServices;
        var endpoints = services.GetRequiredService<EndpointDataSource>();
        RefuseOpenMcpEndpoints(endpoints);
        services.GetRequiredService<AttributesCheck>().Run(endpoints);
        RefuseOtherMetadata(services.GetRequiredService<IOptions<AuthenticationOptions>>().Value);
    };

    private static void RefuseOpenMcpEndpoints(EndpointDataSource endpoints)
    {
        foreach (var endpoint in endpoints.Endpoints.OfType<RouteEndpoint>())
        {
            RefuseOtherMetadata(endpoint);
            var isProtected = endpoint.Metadata.GetMetadata<ProtectedEndpoint>() is not null;
            if (IsOfMcp(endpoint) && !isProtected)
            {
                throw new InvalidOperationException(
                    $"The MCP endpoint {endpoint.RoutePattern.RawText} requires no access token: call "
                    + "app.MapProtectedMcp() in place of app.MapMcp(...), or remove the call.");
            }
        }
    }

    private static void RefuseOtherMetadata(RouteEndpoint endpoint)
    {
        var isOwn = endpoint.Metadata.GetMetadata<CorsRule>() is not null;
        var route = endpoint.RoutePattern.RawText?.TrimStart('/') ?? "";
        if (!isOwn && route.StartsWith(".well-known/oauth-protected-resource", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidOperationException(
                $"The endpoint {endpoint.RoutePattern.RawText} of the app takes the place of the metadata that "
                + "MapProtectedMcp() maps: remove it.");
        }
    }

    // Each endpoint of the SDK has this metadata.
    private static bool IsOfMcp(Endpoint endpoint)
    {
        var responses = endpoint.Metadata.OfType<IProducesResponseTypeMetadata>();
        return responses.Any(response => response.Type == typeof(JsonRpcError))
            || endpoint.DisplayName?.StartsWith("MCP Streamable HTTP |", StringComparison.Ordinal) is true;
    }

    private static void RefuseOtherMetadata(AuthenticationOptions authentication)
    {
        foreach (var scheme in authentication.Schemes)
        {
            if (scheme.HandlerType == typeof(McpAuthenticationHandler))
            {
                throw new InvalidOperationException(
                    $"The scheme {scheme.Name} of AddMcp() answers for the metadata of this server as well, with "
                    + "other contents: remove the call of AddMcp().");
            }
        }
    }
}
