using global::TodoServer.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using ModelContextProtocol.AspNetCore;

namespace TodoServer.Authorization;

/// <summary>
/// Maps the endpoint of the SDK behind the steps of <see cref="McpEndpoint"/>, and the metadata
/// that clients read first.
/// </summary>
internal static class McpEndpointMapping
{
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints, ResourcePath path)
    {
        var root = endpoints.MapHostRoot();
        var paths = endpoints.ServiceProvider.GetRequiredService<QueryTokens>().Paths;
        if (paths.Contains(path.Value))
        {
            throw new InvalidOperationException(
                $"MapProtectedMcp is called twice for the path '{path.Value}': remove one of the calls.");
        }

        if (paths.IsEmpty)
        {
            endpoints.ServiceProvider.GetRequiredService<SessionPrimitives>().Add();
            MapWhatIsThereOnce(root);
        }

        paths.Add(path.Value);
        var all = root.MapGroup("");
        foreach (var route in path.GetRoutes())
        {
            var group = all.MapGroup(route);
            group.MapMcp();
            MapOtherMethods(group);
            ((IEndpointConventionBuilder)group).Finally(endpoint => Protect(endpoint, path));
        }

        return all;
    }

    private static void MapWhatIsThereOnce(RouteGroupBuilder root)
    {
        root.MapHealth();
        root.MapProtectedResourceMetadata();
#if DEBUG
        DevAuthorizationServer.DevAuthorizationServerExtensions.MapDevAuthorizationServer(root);
#endif
        ((IEndpointRouteBuilder)root).ServiceProvider.LogConnectionHint();
    }

    // A client that begins with GET must also learn that it has to sign in. Browsers send OPTIONS
    // before a call.
    private static void MapOtherMethods(IEndpointRouteBuilder group)
    {
        var transport = group.ServiceProvider.GetRequiredService<IOptions<HttpServerTransportOptions>>().Value;
        if (transport.Stateless)
        {
            MapRefusal(group, allowed: "POST");
        }
        else
        {
            MapRefusal(group, allowed: "GET, POST, DELETE");
        }
    }

    private static void MapRefusal(IEndpointRouteBuilder group, string allowed) =>
        group.Map("", http =>
        {
            http.Response.Headers.Allow = allowed;
            return Refusal.WriteAsync(http, 405, new("invalid_request", "The endpoint does not answer this method."));
        }).WithMetadata(YieldsToApp.Instance);

    private static void Protect(EndpointBuilder endpoint, ResourcePath path)
    {
        // The steps also check the other requirements of the app: its middleware would use the
        // default scheme.
        var metadata = endpoint.Metadata;
        var methods = metadata.OfType<IHttpMethodMetadata>().LastOrDefault()?.HttpMethods ?? [];
        var protection = new ProtectedEndpoint([.. metadata.Where(IsRule)], methods.Contains("POST"));
        foreach (var item in metadata.Where(IsForMiddleware).ToArray())
        {
            metadata.Remove(item);
        }

        if (!protection.HasMessage)
        {
            // Endpoint names must be unique.
            RemoveNames(metadata);
        }

        metadata.Add(protection);
        metadata.Add(CorsRule.AllowedOrigins);
        metadata.Add(new AllowAnonymousAttribute());
        if (path.GetRoutes().Count() > 1)
        {
            metadata.Add(new OnlyAtPath(path.Value));
        }

        var next = endpoint.RequestDelegate!;
        var steps = endpoint.ApplicationServices.GetRequiredService<McpEndpoint>();
        endpoint.RequestDelegate = http => steps.InvokeAsync(http, protection, next);
    }

    private static void RemoveNames(IList<object> metadata)
    {
        foreach (var name in metadata.Where(item => item is IEndpointNameMetadata or IRouteNameMetadata).ToArray())
        {
            metadata.Remove(name);
        }
    }

    private static bool IsRule(object metadata) =>
        metadata is IAuthorizeData or IAuthorizationRequirementData or AuthorizationPolicy;

    private static bool IsForMiddleware(object metadata) =>
        IsRule(metadata) || metadata is IAllowAnonymous or ICorsMetadata;
}
