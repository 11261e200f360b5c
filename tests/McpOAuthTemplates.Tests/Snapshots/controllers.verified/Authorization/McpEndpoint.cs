using System.Buffers;
using System.Text.Json;
using TodoServer.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Net.Http.Headers;
using ModelContextProtocol.Server;

namespace TodoServer.Authorization;

/// <summary>
/// What each request to the MCP endpoint has to pass. The steps are in the endpoint itself and not
/// in middleware, so that neither the order of the app's middleware nor its defaults can leave one
/// out. Tools, prompts and resources are authorized before the SDK starts its response, whose
/// status could not become 403 any more; the filters of the SDK check them again.
/// </summary>
internal sealed class McpEndpoint(
    HostRule hosts,
    CorsRules cors,
    RequestLimits limits,
    McpMessages messages,
    AuthorizationRules rules,
    PolicyDecision decision)
{
    private static readonly AuthenticationScheme s_scheme =
        new(OAuthDefaults.AuthenticationScheme, displayName: null, typeof(AccessTokenHandler));

    /// <summary>Runs all steps, and then the endpoint of the SDK.</summary>
    public async Task InvokeAsync(HttpContext http, ProtectedEndpoint endpoint, RequestDelegate next)
    {
        // Clients of MCP do not read the error pages of the app.
        if (http.Features.Get<IStatusCodePagesFeature>() is { } errorPages)
        {
            errorPages.Enabled = false;
        }

        var isAllowed = await hosts.AllowAsync(http)
            && await cors.AllowAsync(http, CorsRule.AllowedOrigins)
            && await AuthenticateAsync(http)
            && await limits.AllowAsync(http)
            && await decision.AllowAsync(http, await rules.GetAsync(endpoint.OwnRules))
            && (!endpoint.HasMessage || await AuthorizeMessageAsync(http));
        if (isAllowed)
        {
            await next(http);
        }
    }

    // By the handler itself: services of the app that take part in its own sign-in, such as a
    // transformation of claims, have no say in who the caller is.
    private static async Task<bool> AuthenticateAsync(HttpContext http)
    {
        var handler = http.RequestServices.GetRequiredService<AccessTokenHandler>();
        await handler.InitializeAsync(s_scheme, http);
        var result = await handler.AuthenticateAsync();
        if (!result.Succeeded)
        {
            await handler.ChallengeAsync(properties: null);
            return false;
        }

        http.User = result.Principal;
        return true;
    }

    private async Task<bool> AuthorizeMessageAsync(HttpContext http)
    {
        if (!IsUtf8Json(http.Request.ContentType))
        {
            await Refusal.WriteAsync(http, 415, new("invalid_request", "The message must be JSON in UTF-8."));
            return false;
        }

        if (await RequestLimits.ReadBodyAsync(http) is not { } body)
        {
            return false;
        }

        var primitive = FindPrimitive(http.Request, body);
        http.Features.Set(primitive); // For handlers of requirements that ask what is called.
        if (primitive is null)
        {
            return true;
        }

        return await decision.AllowAsync(http, await rules.GetAsync(primitive.Metadata));
    }

    private IMcpServerPrimitive? FindPrimitive(HttpRequest request, ReadOnlySequence<byte> body)
    {
        try
        {
            var message = body.IsSingleSegment ? body.FirstSpan : body.ToArray();
            var primitive = messages.FindPrimitive(message, request.Headers["MCP-Protocol-Version"].ToString());
            request.BodyReader.AdvanceTo(body.Start); // The SDK reads the same bytes.
            return primitive;
        }
        catch (Exception exception)
            when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            request.BodyReader.AdvanceTo(body.End); // Not a valid message: the SDK refuses an empty one.
            return null;
        }
    }

    // JSON is UTF-8 (RFC 8259, section 8.1): in another encoding, the SDK could read another
    // message.
    private static bool IsUtf8Json(string? contentType)
    {
        if (contentType == "application/json")
        {
            return true;
        }

        if (!MediaTypeHeaderValue.TryParse(contentType, out var type))
        {
            return false;
        }

        return type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));
    }
}
