using System.ComponentModel;
using System.Security.Claims;
using global::McpOAuthServer.Authorization;
using ModelContextProtocol.Server;

namespace McpOAuthServer.Tools;

/// <summary>
/// A tool that requires a scope: give it a title, a description and something to do. Hosts show the
/// hints before a call, so they must be correct: whether it only reads, may destroy something, has
/// no further effect if it is called again, and reaches beyond this server.
/// </summary>
[McpServerToolType]
internal sealed class SampleNameTools
{
    [McpServerTool(Title = "SampleName", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Description("A sample that requires a scope.")]
    [RequireScope("scope:of-the-tool")]
    public static string SampleName(ClaimsPrincipal user) => $"{user.GetSubject()} may call this.";
}
