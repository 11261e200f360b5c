using global::TodoServer.Hosting;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Authentication;

namespace TodoServer.Authorization;

/// <summary>
/// The metadata of RFC 9728, which tells clients where to sign in: at the URL of the challenge, and
/// at the root, where some clients look first. It comes only from the settings, so that no Host
/// header can change it.
/// </summary>
internal static class ProtectedResourceMetadataEndpoint
{
    private const string WellKnown = "/.well-known/oauth-protected-resource";

    public static void MapProtectedResourceMetadata(this IEndpointRouteBuilder endpoints)
    {
        var resource = ResourcePath.Read(endpoints.ServiceProvider.GetRequiredService<IConfiguration>());
        foreach (var route in new HashSet<string> { WellKnown, WellKnown + resource.Value })
        {
            endpoints.MapGet(route, AnswerAsync).AllowAnonymous().AllowAnyOrigin();
        }
    }

    private static Task AnswerAsync(HttpContext http)
    {
        var oauth = http.RequestServices.GetRequiredService<IOptions<OAuthOptions>>().Value;

        ConnectionHint.WarnOfOtherAddress(http, new Uri(oauth.Resource));

        // The options of the SDK leave out null values: otherwise, strict clients reject the
        // document.
        var type = McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ProtectedResourceMetadata));
        return http.Response.WriteAsJsonAsync(CreateMetadata(oauth), type);
    }

    private static ProtectedResourceMetadata CreateMetadata(OAuthOptions oauth) => new()
    {
        Resource = oauth.Resource,
        ResourceName = oauth.ResourceName,
        ResourceDocumentation = oauth.ResourceDocumentation,
        AuthorizationServers = [.. oauth.AnnouncedServers],
        ScopesSupported = [.. GetFirstScopes(oauth).Select(scope => oauth.ScopePrefix + scope)],
        BearerMethodsSupported = ["header"],
    };

    // Those of the first challenge: clients use the one or the other, and request more when a
    // challenge says so.
    private static IReadOnlyList<string> GetFirstScopes(OAuthOptions oauth)
    {
        if (oauth.InitialScopes is { Length: > 0 } initial)
        {
            return initial;
        }

        return Scopes.All;
    }
}
