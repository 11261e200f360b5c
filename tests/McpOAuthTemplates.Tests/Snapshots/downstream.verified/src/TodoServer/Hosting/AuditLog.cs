using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using global::TodoServer.Authorization;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;

namespace TodoServer.Hosting;

/// <summary>
/// With the setting Mcp:AuditCalls, logs one line for each call of a tool that requires a scope and
/// is not ReadOnly: who called what, without arguments and results.
/// </summary>
internal sealed partial class AuditLog(ILoggerFactory loggers, IOptions<McpEndpointOptions> mcp)
{
    /// <summary>The category, for Logging:LogLevel in the settings.</summary>
    public const string Category = "OAuth.Audit";

    private readonly ILogger _logger = loggers.CreateLogger(Category);

    /// <summary>
    /// Writes the line of an allowed call before the tool runs, so that failed calls are included.
    /// </summary>
    public void Write(HttpContext http, IReadOnlyList<IMcpServerPrimitive> called)
    {
        if (!mcp.Value.AuditCalls)
        {
            return;
        }

        foreach (var tool in called.OfType<McpServerTool>().Where(ChangesSomething))
        {
            LogCall(
                tool.ProtocolTool.Name,
                LogText.Clean(http.User.GetClientId()),
                FindSubject(http.User),
                LogText.FindTrace(http));
        }
    }

    private static bool ChangesSomething(McpServerTool tool)
    {
        if (tool.ProtocolTool.Annotations?.ReadOnlyHint is true)
        {
            return false;
        }

        return ScopeRequirement.FindScopes(PrimitiveAttributes.Get(tool)).Any();
    }

    // A hash without a key could be reversed by trying all names.
    private string? FindSubject(ClaimsPrincipal user)
    {
        if (mcp.Value.SubjectLogKey is not { Length: > 0 } key)
        {
            return null;
        }

        var hash = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(user.GetSubject()));
        return Convert.ToHexString(hash, 0, 8);
    }

    [LoggerMessage(1, LogLevel.Information,
        "Called {Tool}. Client: {Client}. Subject: {Subject}. Trace: {TraceId}.")]
    private partial void LogCall(string tool, string? client, string? subject, string traceId);
}
