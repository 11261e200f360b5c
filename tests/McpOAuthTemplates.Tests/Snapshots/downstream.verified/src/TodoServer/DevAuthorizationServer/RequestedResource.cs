#if DEBUG
using global::TodoServer.Authorization;
using Microsoft.Extensions.Primitives;

namespace TodoServer.DevAuthorizationServer;

/// <summary>The resource that a token is requested for (RFC 8707).</summary>
internal static class RequestedResource
{
    public static bool IsOther(StringValues requested, OAuthOptions oauth) =>
        requested.Any(resource => !IsSame(resource, oauth.Resource));

    // http://localhost:5000 and http://localhost:5000/ are the same (RFC 3986, section 6.2.3), and
    // many clients send the second one, whatever the metadata says.
    private static bool IsSame(string? requested, string own)
    {
        if (requested == own)
        {
            return true;
        }

        var isUrl = Uri.TryCreate(requested, UriKind.Absolute, out var url);
        return isUrl && url!.AbsoluteUri == new Uri(own).AbsoluteUri;
    }
}
#endif
