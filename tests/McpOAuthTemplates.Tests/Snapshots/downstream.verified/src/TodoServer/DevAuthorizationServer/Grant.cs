#if DEBUG
namespace TodoServer.DevAuthorizationServer;

/// <summary>
/// What a user has consented to. The claims are added to those of OAuth in tokens.
/// </summary>
internal sealed record Grant(
    string ClientId,
    string Subject,
    string[] Scopes,
    Dictionary<string, string[]>? Claims = null);
#endif
