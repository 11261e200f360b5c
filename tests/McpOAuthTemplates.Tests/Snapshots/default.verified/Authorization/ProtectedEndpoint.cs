namespace TodoServer.Authorization;

/// <summary>Marks an endpoint that lets no request pass without an access token.</summary>
/// <param name="OwnRules">
/// What the app asks for besides, with RequireAuthorization or the like on the endpoint or its
/// group.
/// </param>
/// <param name="HasMessage">
/// Whether its requests have a message, whatever method a middleware of the app makes of theirs.
/// </param>
internal sealed record ProtectedEndpoint(IReadOnlyList<object> OwnRules, bool HasMessage);
