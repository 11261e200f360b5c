using TodoServer.Authorization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using ModelContextProtocol.AspNetCore.Authentication;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace TodoServer.Hosting;

/// <summary>Refuses to start an app that has mapped something which this protection would have to protect and cannot.</summary>
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
            if (IsOfMcp(endpoint) && endpoint.Metadata.GetMetadata<ProtectedEndpoint>() is null)
            {
                throw new InvalidOperationException(
                    $"The MCP endpoint {endpoint.RoutePattern.RawText} asks for no access token: call app.MapProtectedMcp() in place "
                    + "of app.MapMcp(...), or remove the call.");
            }
        }
    }

    // Each endpoint of the SDK says that it may answer with such an error.
    private static bool IsOfMcp(Endpoint endpoint) =>
        endpoint.DisplayName?.StartsWith("MCP ", StringComparison.Ordinal) is true
        || endpoint.Metadata.OfType<IProducesResponseTypeMetadata>().Any(response => response.Type == typeof(JsonRpcError));

    // The caller is who the access token says, and nobody else can be asked for.
    private static void RefuseOtherSchemes(McpServerOptions mcp)
    {
        IEnumerable<IMcpServerPrimitive> primitives =
            [.. mcp.ToolCollection ?? [], .. mcp.PromptCollection ?? [], .. mcp.ResourceCollection ?? []];
        foreach (var primitive in primitives)
        {
            var schemes = primitive.Metadata.OfType<IAuthorizeData>().Select(attribute => attribute.AuthenticationSchemes);
            if (schemes.FirstOrDefault(scheme => scheme is { Length: > 0 } and not OAuthDefaults.AuthenticationScheme) is { } other)
            {
                throw new InvalidOperationException(
                    $"{primitive.Id} has an attribute [Authorize(AuthenticationSchemes = \"{other}\")], but callers of the MCP "
                    + "endpoint have an access token only. Remove the scheme from the attribute.");
            }
        }
    }

    private static void RefuseOtherMetadata(AuthenticationOptions authentication)
    {
        var sdk = authentication.Schemes.FirstOrDefault(scheme => scheme.HandlerType == typeof(McpAuthenticationHandler));
        if (sdk is not null)
        {
            throw new InvalidOperationException(
                $"The scheme {sdk.Name} of AddMcp() answers for the metadata of this server as well, with other contents: remove the "
                + "call of AddMcp().");
        }
    }
}
