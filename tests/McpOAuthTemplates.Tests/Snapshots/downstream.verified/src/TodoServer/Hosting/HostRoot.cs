using Microsoft.AspNetCore.Routing.Patterns;

namespace TodoServer.Hosting;

internal static class HostRoot
{
    private const string Mark = "/-host-root-";

    /// <summary>
    /// A group whose routes begin at the root of the host, even inside a route group of the app:
    /// clients derive the endpoints from the URL of the resource, and well-known paths are fixed.
    /// </summary>
    public static RouteGroupBuilder MapHostRoot(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup(Mark);
        ((IEndpointConventionBuilder)group).Finally(endpoint =>
        {
            var route = (RouteEndpointBuilder)endpoint;
            var pattern = route.RoutePattern.RawText!;
            var prefix = pattern[..(pattern.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length)];
            route.RoutePattern = RoutePatternFactory.Parse(pattern[prefix.Length..]);
            route.DisplayName = route.DisplayName?.Replace(prefix, "", StringComparison.Ordinal);
        });
        return group;
    }
}
