namespace TodoServer.Authorization;

/// <summary>Marks an endpoint that requires an access token for each request.</summary>
/// <param name="OwnRules">
/// What the app requires in addition, for example with RequireAuthorization on the endpoint or its
/// group.
/// </param>
/// <param name="HasMessage">
/// Whether its requests have a message, even if middleware of the app changes their method.
/// </param>
internal sealed record ProtectedEndpoint(IReadOnlyList<object> OwnRules, bool HasMessage);
