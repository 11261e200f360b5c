using System.ComponentModel;
using System.Security.Claims;
using global::McpOAuthServer.Authorization;
using ModelContextProtocol.Server;

namespace McpOAuthServer.Tools;

/// <summary>
/// One sample tool for each scope. Give each a name, a title, a description, something to do, and
/// correct hints.
/// </summary>
[McpServerToolType]
internal sealed class SampleTools
{
    // One tool for each scope.

    private static string Answer(ClaimsPrincipal user, string scope) => $"{user.GetSubject()} may use what requires {scope}.";
}
