#if DEBUG
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;

namespace TodoServer.DevAuthorizationServer;

/// <summary>Allows only the person at this machine, and turns each error into a response.</summary>
internal sealed class DevAuthGuard(
    DevAuthOptions options, bool isForPages, Func<OAuthError, IResult> answer) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(
        EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var http = call.HttpContext;
        SetHeaders(http.Response.Headers);
        var result = await AnswerAsync(call, next);

        // Not for a redirect: the client could not reach its window any more.
        if (isForPages && result is not RedirectHttpResult)
        {
            http.Response.Headers.TryAdd("Cross-Origin-Opener-Policy", "same-origin");
        }

        return result;
    }

    private async ValueTask<object?> AnswerAsync(
        EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        try
        {
            CheckSender(call.HttpContext);
            CheckPage(call.HttpContext.Request);
            return await next(call);
        }
        catch (OAuthError error)
        {
            return answer(error);
        }
        catch (JsonException)
        {
            return answer(new OAuthError("invalid_client_metadata", "The metadata of the client cannot be read."));
        }
        catch (Exception exception) when (IsCausedByRequest(exception))
        {
            return answer(new OAuthError(
                "invalid_request", "The request, or the metadata of the client, cannot be read."));
        }
    }

    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-store";
        headers.XFrameOptions = "DENY";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = Page.ContentSecurityPolicy;

        // With a stricter policy, the Origin of the form would be null.
        headers["Referrer-Policy"] = "same-origin";
    }

    private void CheckSender(HttpContext http)
    {
        // A page that rebinds its DNS name to this machine sends its own name.
        var isForLocalName = http.Request.Host.Host is "localhost" or "127.0.0.1" or "[::1]";
        var isLocal = isForLocalName && (options.AllowForwardedPorts || IsSentByThisMachine(http));
        OAuthError.ThrowIf(
            !isLocal,
            "access_denied",
            "This sign-in is for development on this machine only, without a proxy or tunnel. For a "
                + "container, set DevAuth:AllowForwardedPorts; for others, set OAuth:Issuer to a real "
                + "authorization server.",
            403);
    }

    // Through a proxy or tunnel on this machine, requests from anywhere look local.
    private static bool IsSentByThisMachine(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } remote
        && IPAddress.IsLoopback(remote)
        && !ProxyHeaders.AreIn(http.Request.Headers);

    private void CheckPage(HttpRequest http)
    {
        var isAllowed = isForPages ? MayOpenPage(http) : MayCall(http);
        OAuthError.ThrowIf(!isAllowed, "access_denied", "The request comes from another page.", 403);
    }

    // Clients that are web pages may call, but not through a port that others can reach.
    private bool MayCall(HttpRequest http) =>
        !options.AllowForwardedPorts || !BrowserRequest.IsMadeByOtherPage(http);

    private bool MayOpenPage(HttpRequest http)
    {
        var isByOwnPage = BrowserRequest.IsMadeByOwnPage(http);
        if (options.AllowForwardedPorts)
        {
            // Some tunnels replace the Origin with that of this server, so it proves nothing there.
            var isForm = !HttpMethods.IsGet(http.Method);
            return isByOwnPage || (!isForm && MayNavigate(http));
        }

        if (BrowserRequest.HasOtherOrigin(http))
        {
            return false;
        }

        if (HttpMethods.IsGet(http.Method))
        {
            return isByOwnPage || MayNavigate(http);
        }

        return !BrowserRequest.IsMadeByOtherPage(http);
    }

    private static bool MayNavigate(HttpRequest http) =>
        !BrowserRequest.HasOtherOrigin(http) && BrowserRequest.IsNavigation(http);

    private static bool IsCausedByRequest(Exception exception) => exception
        is FormatException
        or InvalidDataException
        or IOException
        or NotSupportedException
        or HttpRequestException
        or OperationCanceledException;
}
#endif
