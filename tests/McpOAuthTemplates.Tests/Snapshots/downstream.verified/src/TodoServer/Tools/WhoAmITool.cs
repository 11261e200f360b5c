using System.ComponentModel;
using System.Security.Claims;
using global::TodoServer.Authorization;
using Microsoft.AspNetCore.Authorization;
using ModelContextProtocol.Server;

namespace TodoServer.Tools;

/// <summary>
/// Shows what this server knows about its caller. Any valid token is enough, since no scope is
/// required.
/// </summary>
[McpServerToolType]
internal sealed class WhoAmITool
{
    [McpServerTool(
        Name = "whoami", Title = "Who am I?", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Description("Tells who is signed in, with which client and scopes.")]
    [Authorize]
    public static string WhoAmI(ClaimsPrincipal user) => $"""
        subject: {user.GetSubject()}
        client: {user.GetClientId() ?? "unknown"}
        scopes: {string.Join(' ', user.GetScopes())}
        """;
}
