using System.ComponentModel;
using System.Security.Claims;
using McpOAuthServer.Authorization;
using ModelContextProtocol.Server;

namespace McpOAuthServer.Tools;

/// <summary>A tool that requires a scope: give it a description and something to do.</summary>
[McpServerToolType]
internal sealed class SampleNameTools
{
    [McpServerTool, Description("A sample that requires a scope.")]
    [RequireScope("scope:of-the-tool")]
    public static string SampleName(ClaimsPrincipal user) => $"{user.GetSubject()} may call this.";
}
