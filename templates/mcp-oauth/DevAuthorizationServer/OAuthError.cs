using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace McpOAuthServer.DevAuthorizationServer;

/// <summary>An error of RFC 6749, sections 4.1.2.1 and 5.2, or of one of its extensions.</summary>
internal sealed class OAuthError(string code, string description, int status = 400) : Exception(description)
{
    public int Status => status;

    public IResult ToJson() => Results.Text(
        new JsonObject { ["error"] = code, ["error_description"] = Message }.ToJsonString(), "application/json", null, status);

    public static void ThrowIf([DoesNotReturnIf(true)] bool condition, string code, string description, int status = 400)
    {
        if (condition)
        {
            throw new OAuthError(code, description, status);
        }
    }
}
