#if DEBUG
using System.Diagnostics.CodeAnalysis;

namespace TodoServer.DevAuthorizationServer;

/// <summary>An error from RFC 6749, sections 4.1.2.1 and 5.2, or one of its extensions.</summary>
internal sealed class OAuthError(string code, string description, int status = 400)
    : Exception(description)
{
    public string Code => code;

    public int Status => status;

    public static void ThrowIf(
        [DoesNotReturnIf(true)] bool condition, string code, string description, int status = 400)
    {
        if (condition)
        {
            throw new OAuthError(code, description, status);
        }
    }
}
#endif
