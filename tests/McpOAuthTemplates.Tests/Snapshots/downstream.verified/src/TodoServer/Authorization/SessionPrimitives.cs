using global::TodoServer.Hosting;
using Microsoft.Extensions.Options;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace TodoServer.Authorization;

/// <summary>
/// Authorizes calls of tools, prompts and resources that the app adds for one session. They are
/// known when its ConfigureSessionOptions has run: on a stateless server, that is after the steps
/// of <see cref="McpEndpoint"/> and before the response starts. On a server with sessions, it runs
/// for initialize only; the filters of the SDK check later calls, with status 200.
/// </summary>
internal sealed class SessionPrimitives(
    IOptions<HttpServerTransportOptions> transport,
    McpMessages messages,
    PolicyDecision decision,
    AuditLog audit)
{
    private bool _isUsed;

    /// <summary>Adds the check after the callback of the app, if there is one.</summary>
    public void Add()
    {
        if (transport.Value.ConfigureSessionOptions is not { } configure)
        {
            return;
        }

        _isUsed = true;
        transport.Value.ConfigureSessionOptions = async (http, session, cancellationToken) =>
        {
            await configure(http, session, cancellationToken);
            await AuthorizeAsync(http, session);
        };
    }

    /// <summary>Keeps the message of the request until its session exists.</summary>
    public void Remember(
        HttpContext http, JsonRpcMessage? message, string revision, McpCall checkedCall)
    {
        if (_isUsed)
        {
            http.Features.Set(new SessionMessage(message, revision, checkedCall.Primitives));
        }
    }

    private async Task AuthorizeAsync(HttpContext http, McpServerOptions session)
    {
        if (http.Features.Get<SessionMessage>() is not { } call)
        {
            return;
        }

        var known = messages.Read(call.Message, call.Revision, session);
        var added = known.Primitives.Except(call.Checked).ToArray();
        if (!await decision.AllowAllAsync(http, added))
        {
            throw new SessionRefusedException();
        }

        audit.Write(http, added);
    }

    private sealed record SessionMessage(
        JsonRpcMessage? Message, string Revision, IReadOnlyList<IMcpServerPrimitive> Checked);
}

/// <summary>Ends a request that has already been refused.</summary>
internal sealed class SessionRefusedException : Exception;
