#if DEBUG
namespace TodoServer.DevAuthorizationServer;

/// <summary>What a person has consented to. Tokens have the claims besides those of OAuth.</summary>
internal sealed record Grant(
    string ClientId,
    string Subject,
    string[] Scopes,
    Dictionary<string, string[]>? Claims = null);
#endif
