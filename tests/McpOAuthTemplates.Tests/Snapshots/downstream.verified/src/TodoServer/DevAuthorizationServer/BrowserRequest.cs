#if DEBUG
namespace TodoServer.DevAuthorizationServer;

/// <summary>
/// What a browser reports about the page that made a request, and no page can change: its Origin,
/// and the Fetch Metadata headers. Other programs do not send them.
/// </summary>
internal static class BrowserRequest
{
    /// <summary>Whether a browser made the request, for a page or for a person.</summary>
    public static bool IsMadeByPage(HttpRequest http) =>
        http.Headers.Origin.Count > 0 || http.Headers["Sec-Fetch-Site"].Count > 0;

    /// <summary>Whether a page of this server made the request.</summary>
    public static bool IsMadeByOwnPage(HttpRequest http) =>
        http.Headers["Sec-Fetch-Site"] is ["same-origin"];

    /// <summary>Whether a page of another origin made the request.</summary>
    public static bool IsMadeByOtherPage(HttpRequest http)
    {
        var sites = http.Headers["Sec-Fetch-Site"];
        if (sites.Count > 0)
        {
            return sites.Any(site => site is not ("same-origin" or "none"));
        }

        return HasOtherOrigin(http);
    }

    public static bool HasOtherOrigin(HttpRequest http)
    {
        var own = $"{http.Scheme}://{http.Host}";
        return http.Headers.Origin.Any(origin => origin != own);
    }

    /// <summary>
    /// Whether a person will see the response, in its own window: it is not an image, a frame or a
    /// script of a page, nor prefetched by a browser. True if it is not a browser.
    /// </summary>
    public static bool IsNavigation(HttpRequest http)
    {
        var headers = http.Headers;
        if (headers.ContainsKey("Sec-Purpose") || headers.ContainsKey("Purpose"))
        {
            return false;
        }

        var mode = headers["Sec-Fetch-Mode"];
        var target = headers["Sec-Fetch-Dest"];
        var isScriptOfNode = mode is ["cors"] && target.Count == 0 && !IsMadeByPage(http);
        if (isScriptOfNode)
        {
            return true; // Its fetch sends only this header.
        }

        return mode is [] or ["navigate"] && target is [] or ["document"];
    }

    /// <summary>Whether a page of the same origin as this URL led to the request.</summary>
    public static bool IsOpenedBy(HttpRequest http, string url)
    {
        var isReferred = Uri.TryCreate(http.Headers.Referer, UriKind.Absolute, out var referrer);
        return isReferred && GetOrigin(referrer!) == GetOrigin(new Uri(url));
    }

    private static string GetOrigin(Uri url) => url.GetLeftPart(UriPartial.Authority);
}
#endif
