using TodoServer.Authorization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using ModelContextProtocol.AspNetCore.Authentication;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace TodoServer.Hosting;

/// <summary>
/// Refuses to start an app that has mapped something which this protection would have to protect
/// and cannot.
/// </summary>
internal sealed class MappedEndpointsCheck : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);
        var services = app.ApplicationServices;
        RefuseOpenMcpEndpoints(services.GetRequiredService<EndpointDataSource>());
        RefuseOtherSchemes(services.GetRequiredService<IOptions<McpServerOptions>>().Value);
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
                    $"The MCP endpoint {endpoint.RoutePattern.RawText} asks for no access token: call "
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
                $"The endpoint {endpoint.RoutePattern.RawText} of the app stands in the place of the metadata that "
                + "MapProtectedMcp() maps: remove it.");
        }
    }

    // Each endpoint of the SDK says that it may answer with such an error.
    private static bool IsOfMcp(Endpoint endpoint)
    {
        var responses = endpoint.Metadata.OfType<IProducesResponseTypeMetadata>();
        return responses.Any(response => response.Type == typeof(JsonRpcError))
            || endpoint.DisplayName?.StartsWith("MCP Streamable HTTP |", StringComparison.Ordinal) is true;
    }

    // The caller is who the access token says, and nobody else can be asked for.
    private static void RefuseOtherSchemes(McpServerOptions mcp)
    {
        IEnumerable<IMcpServerPrimitive> primitives =
            [.. mcp.ToolCollection ?? [], .. mcp.PromptCollection ?? [], .. mcp.ResourceCollection ?? []];
        foreach (var primitive in primitives)
        {
            if (FindOtherScheme(primitive) is { } scheme)
            {
                throw new InvalidOperationException(
                    $"{primitive.Id} has an attribute [Authorize(AuthenticationSchemes = \"{scheme}\")], but "
                    + "callers of the MCP endpoint have an access token only: remove the scheme.");
            }
        }
    }

    private static string? FindOtherScheme(IMcpServerPrimitive primitive)
    {
        foreach (var attribute in primitive.Metadata.OfType<IAuthorizeData>())
        {
            if (attribute.AuthenticationSchemes is { Length: > 0 } and not OAuthDefaults.AuthenticationScheme)
            {
                return attribute.AuthenticationSchemes;
            }
        }

        return null;
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
