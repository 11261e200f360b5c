using Microsoft.AspNetCore.Routing.Matching;

namespace McpOAuthServer.Hosting;

/// <summary>An endpoint that answers only if path base and path of the request are, together, this path.</summary>
internal sealed record OnlyAtPath(string Path);

/// <summary>Marks an endpoint whose place another one of the app may take, such as /healthz.</summary>
internal sealed class YieldsToApp
{
    public static readonly YieldsToApp Instance = new();
}

/// <summary>Selects between the endpoints of this protection and those of the app that match the same request.</summary>
internal sealed class EndpointSelection : MatcherPolicy, IEndpointSelectorPolicy
{
    public override int Order => 0;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => ContainsDynamicEndpoints(endpoints)
        || endpoints.Any(endpoint => IsYielding(endpoint) || endpoint.Metadata.GetMetadata<OnlyAtPath>() is not null);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        for (var i = 0; i < candidates.Count; i++)
        {
            var isElsewhere = candidates[i].Endpoint.Metadata.GetMetadata<OnlyAtPath>() is { } place && !IsAt(httpContext, place);
            if (isElsewhere || (IsYielding(candidates[i].Endpoint) && HasRival(candidates, i)))
            {
                candidates.SetValidity(i, false);
            }
        }

        return Task.CompletedTask;
    }

    private static bool IsYielding(Endpoint endpoint) => endpoint.Metadata.GetMetadata<YieldsToApp>() is not null;

    private static bool IsAt(HttpContext http, OnlyAtPath place)
    {
        var path = http.Request.PathBase.Add(http.Request.Path).Value ?? "";
        return path.TrimEnd('/').Equals(place.Path, StringComparison.OrdinalIgnoreCase);
    }

    // Two endpoints with the same score are equally good: routing would refuse to choose.
    private static bool HasRival(CandidateSet candidates, int index)
    {
        for (var i = 0; i < candidates.Count; i++)
        {
            var isRival = i != index && candidates.IsValidCandidate(i) && candidates[i].Score == candidates[index].Score;
            if (isRival && !IsYielding(candidates[i].Endpoint))
            {
                return true;
            }
        }

        return false;
    }
}
