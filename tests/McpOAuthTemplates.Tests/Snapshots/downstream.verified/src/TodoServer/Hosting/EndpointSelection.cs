using Microsoft.AspNetCore.Routing.Matching;
using Microsoft.AspNetCore.Routing.Patterns;

namespace TodoServer.Hosting;

/// <summary>
/// An endpoint that matches only if the path base and the path of the request, together, are this
/// path.
/// </summary>
internal sealed record OnlyAtPath(string Path);

/// <summary>Marks an endpoint that an endpoint of the app can replace, such as /healthz.</summary>
internal sealed class YieldsToApp
{
    public static readonly YieldsToApp Instance = new();
}

/// <summary>
/// Selects between the endpoints of this protection and those of the app that match the same
/// request.
/// </summary>
internal sealed class EndpointSelection : MatcherPolicy, IEndpointSelectorPolicy
{
    public override int Order => 0;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) =>
        ContainsDynamicEndpoints(endpoints) || endpoints.Any(IsYielding) || endpoints.Any(IsOnlyAtPath);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        for (var i = 0; i < candidates.Count; i++)
        {
            if (IsElsewhere(httpContext, candidates[i].Endpoint) || HasToYield(candidates, i))
            {
                candidates.SetValidity(i, false);
            }
        }

        return Task.CompletedTask;
    }

    private static bool IsYielding(Endpoint endpoint) => endpoint.Metadata.GetMetadata<YieldsToApp>() is not null;

    private static bool IsOnlyAtPath(Endpoint endpoint) => endpoint.Metadata.GetMetadata<OnlyAtPath>() is not null;

    private static bool IsElsewhere(HttpContext http, Endpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<OnlyAtPath>() is not { } place)
        {
            return false;
        }

        var path = http.Request.PathBase.Add(http.Request.Path).Value ?? "";
        return !path.TrimEnd('/').Equals(place.Path, StringComparison.OrdinalIgnoreCase);
    }

    private static bool HasToYield(CandidateSet candidates, int index)
    {
        var endpoint = candidates[index].Endpoint;
        if (!IsYielding(endpoint))
        {
            return false;
        }

        for (var i = 0; i < candidates.Count; i++)
        {
            var other = candidates[i].Endpoint;
            if (candidates.IsValidCandidate(i) && !IsYielding(other) && IsAsSpecific(other, endpoint))
            {
                return true;
            }
        }

        return false;
    }

    // A route such as /{page} also matches /healthz, but is not meant for it.
    private static bool IsAsSpecific(Endpoint other, Endpoint endpoint) =>
        FindFirstWord(other) is { } word
        && word.Equals(FindFirstWord(endpoint), StringComparison.OrdinalIgnoreCase);

    private static string? FindFirstWord(Endpoint endpoint)
    {
        var segments = (endpoint as RouteEndpoint)?.RoutePattern.PathSegments ?? [];
        if (segments.Count == 0)
        {
            return ""; // The root.
        }

        if (segments[0].IsSimple && segments[0].Parts[0] is RoutePatternLiteralPart word)
        {
            return word.Content;
        }

        return null;
    }
}
