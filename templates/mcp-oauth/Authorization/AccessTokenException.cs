using Microsoft.IdentityModel.Tokens;

namespace McpOAuthServer.Authorization;

/// <summary>Why a token is refused, in a fixed text that may be told to its client.</summary>
internal sealed class AccessTokenException(string message) : SecurityTokenException(message);
