using Microsoft.IdentityModel.Tokens;

namespace TodoServer.Authorization;

/// <summary>Why a token is rejected. The text is fixed, so the client may see it.</summary>
internal sealed class AccessTokenException(string message) : SecurityTokenException(message);
