using System.Buffers;
using System.Text.Json;
using McpOAuthServer.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Net.Http.Headers;
using ModelContextProtocol.Server;

namespace McpOAuthServer.Authorization;

/// <summary>
/// What each request to the MCP endpoint has to pass. The steps are in the endpoint itself and not in middleware, so that neither
/// the order of the app's middleware nor its defaults can leave one out. Tools, prompts and resources are authorized before
/// the SDK starts its response, whose status could not become 403 any more; the filters of the SDK check them once again.
/// </summary>
internal sealed class McpEndpoint(
    HostRule hosts,
    CorsRules cors,
    RequestLimits limits,
    McpMessages messages,
    AuthorizationRules rules,
    IAuthorizationService authorization,
    BearerChallenge challenge)
{
    /// <summary>Runs all steps, and then the endpoint of the SDK.</summary>
    public async Task InvokeAsync(HttpContext http, ProtectedEndpoint endpoint, RequestDelegate next)
    {
        if (http.Features.Get<IStatusCodePagesFeature>() is { } pages)
        {
            pages.Enabled = false; // Clients of MCP do not read the error pages of the app.
        }

        if (!await hosts.AllowAsync(http) || !await cors.AllowAsync(http, CorsRule.AllowedOrigins))
        {
            return;
        }

        if (!await AuthenticateAsync(http) || !await limits.AllowAsync(http))
        {
            return;
        }

        if (!await AuthorizeAsync(http, await rules.GetAsync(endpoint.OwnRules)))
        {
            return;
        }

        if (HttpMethods.IsPost(http.Request.Method) && !await AuthorizeMessageAsync(http))
        {
            return;
        }

        await next(http);
    }

    private static async Task<bool> AuthenticateAsync(HttpContext http)
    {
        var result = await http.AuthenticateAsync(OAuthDefaults.AuthenticationScheme);
        if (!result.Succeeded)
        {
            await http.ChallengeAsync(OAuthDefaults.AuthenticationScheme);
            return false;
        }

        http.User = result.Principal;
        return true;
    }

    private async Task<bool> AuthorizeAsync(HttpContext http, AuthorizationPolicy? policy)
    {
        if (policy is null)
        {
            return true;
        }

        var result = await authorization.AuthorizeAsync(http.User, http, policy);
        if (!result.Succeeded)
        {
            await challenge.WriteForbiddenAsync(http, policy, result.Failure);
        }

        return result.Succeeded;
    }

    private async Task<bool> AuthorizeMessageAsync(HttpContext http)
    {
        if (!IsUtf8Json(http.Request.ContentType))
        {
            await BearerChallenge.WriteRefusalAsync(
                http, StatusCodes.Status415UnsupportedMediaType, "invalid_request", "The message must be JSON in UTF-8.");
            return false;
        }

        var reader = http.Request.BodyReader;
        if (await RequestLimits.ReadBodyAsync(http) is not { } body)
        {
            return false;
        }

        IMcpServerPrimitive? primitive = null;
        try
        {
            var message = body.IsSingleSegment ? body.FirstSpan : body.ToArray();
            primitive = messages.FindPrimitive(message, http.Request.Headers["MCP-Protocol-Version"].ToString());
            reader.AdvanceTo(body.Start); // The SDK reads the same bytes.
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            reader.AdvanceTo(body.End); // Not a valid message: the SDK refuses an empty one.
        }

        http.Features.Set(primitive); // For handlers of requirements that ask what is called.
        return primitive is null || await AuthorizeAsync(http, await rules.GetAsync(primitive.Metadata));
    }

    // JSON is UTF-8 (RFC 8259, section 8.1): in another encoding, the SDK could read another message than these rules.
    private static bool IsUtf8Json(string? contentType)
    {
        if (contentType == "application/json")
        {
            return true;
        }

        return MediaTypeHeaderValue.TryParse(contentType, out var type)
            && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));
    }
}
