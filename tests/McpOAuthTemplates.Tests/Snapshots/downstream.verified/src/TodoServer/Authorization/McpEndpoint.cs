using System.Buffers;
using global::TodoServer.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Diagnostics;
using ModelContextProtocol.Protocol;

namespace TodoServer.Authorization;

/// <summary>
/// The checks for each request to the MCP endpoint. They are in the endpoint and not in middleware,
/// so that neither the order of the app's middleware nor its defaults can bypass one. Tools,
/// prompts and resources are authorized before the SDK starts its response, since the status could
/// not become 403 afterwards. The filters of the SDK check them again.
/// </summary>
internal sealed class McpEndpoint(
    HostRule hosts,
    CorsRules cors,
    RequestLimits limits,
    ResponseLimits responses,
    McpMessages messages,
    MethodRules methods,
    AuthorizationRules rules,
    PolicyDecision decision,
    SessionPrimitives sessions,
    GracefulShutdown shutdown,
    AuditLog audit)
{
    private static readonly AuthenticationScheme s_scheme =
        new(OAuthDefaults.AuthenticationScheme, displayName: null, typeof(AccessTokenHandler));

    private const string NoRule =
        "This server has no rule for who can call this. Its owner can add one with "
        + "RequireScopeForMethod or AllowMethod.";

    /// <summary>Runs all steps, and then the endpoint of the SDK.</summary>
    public async Task InvokeAsync(HttpContext http, ProtectedEndpoint endpoint, RequestDelegate next)
    {
        // MCP clients do not read the error pages of the app.
        if (http.Features.Get<IStatusCodePagesFeature>() is { } errorPages)
        {
            errorPages.Enabled = false;
        }

        if (shutdown.IsClosing)
        {
            RequestLimits.CloseConnection(http); // A proxy takes another instance for the next one.
        }

        var isAllowed = await hosts.AllowAsync(http)
            && await cors.AllowAsync(http, CorsRule.AllowedOrigins)
            && await AuthenticateAsync(http)
            && await limits.AllowAsync(http)
            && await decision.AllowAsync(http, await rules.GetAsync(endpoint.OwnRules))
            && await AllowContentAsync(http, endpoint);
        if (isAllowed)
        {
            await RunAsync(http, next);
        }
    }

    private static async Task RunAsync(HttpContext http, RequestDelegate next)
    {
        if (HttpMethods.IsGet(http.Request.Method))
        {
            TokenLifetime.EndWithToken(http); // A stream of a server with sessions.
        }

        try
        {
            await next(http);
        }
        catch (SessionRefusedException)
        {
            // The response is written: see SessionPrimitives.
        }
    }

    // Middleware of the app may have changed the method after routing has seen a POST.
    private static bool HasMessage(HttpContext http, ProtectedEndpoint endpoint) =>
        endpoint.HasMessage || HttpMethods.IsPost(http.Request.Method);

    // By the handler itself, so that services for the app's own sign-in, such as a claims
    // transformation, cannot change who the caller is.
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

    private Task<bool> AllowContentAsync(HttpContext http, ProtectedEndpoint endpoint)
    {
        if (HasMessage(http, endpoint))
        {
            return AuthorizeMessageAsync(http);
        }

        return responses.AllowStreamAsync(http);
    }

    private async Task<bool> AuthorizeMessageAsync(HttpContext http)
    {
        if (!await MessageFormat.AllowAsync(http))
        {
            return false;
        }

        if (await limits.ReadBodyAsync(http) is not { } body)
        {
            return false;
        }

        if (await ReadCallAsync(http, body) is not { } call)
        {
            return false;
        }

        http.Request.BodyReader.AdvanceTo(body.Start); // The SDK reads the same bytes.
        if (!await AuthorizeCallAsync(http, call) || !await AllowResponseAsync(http, call))
        {
            return false;
        }

        audit.Write(http, call.Primitives);
        return true;
    }

    private Task<bool> AllowResponseAsync(HttpContext http, McpCall call)
    {
        if (call.Method != RequestMethods.SubscriptionsListen)
        {
            return responses.AllowCallAsync(http);
        }

        TokenLifetime.EndWithToken(http);
        return responses.AllowStreamAsync(http);
    }

    private async Task<bool> AuthorizeCallAsync(HttpContext http, McpCall call)
    {
        if (!await decision.AllowAllAsync(http, call.Primitives))
        {
            return false;
        }

        if (methods.Find(call.Method) is { } attributes)
        {
            return await decision.AllowAsync(http, await rules.GetAsync(attributes));
        }

        if (!methods.IsMissingFor(call))
        {
            return true;
        }

        RefusalMetrics.CountDenial(http, "forbidden");
        await Refusal.WriteAsync(http, 403, new("forbidden", NoRule));
        return false;
    }

    private async Task<McpCall?> ReadCallAsync(HttpContext http, ReadOnlySequence<byte> body)
    {
        JsonRpcMessage? message = null;
        try
        {
            var revision = http.Request.Headers["MCP-Protocol-Version"].ToString();
            message = McpMessages.Parse(body.IsSingleSegment ? body.FirstSpan : body.ToArray());
            var call = messages.Read(message, revision);
            sessions.Remember(http, message, revision, call);
            return call;
        }
        catch (Exception exception) when (McpMessages.IsFault(exception))
        {
            http.Request.BodyReader.AdvanceTo(body.End);
        }

        await McpError.WriteAsync(http, message);
        return null;
    }
}
