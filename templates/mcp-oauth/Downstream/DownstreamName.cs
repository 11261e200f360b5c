namespace McpOAuthServer.Downstream;

/// <summary>The name of an API that was added, and of its section in the settings.</summary>
internal sealed record DownstreamName(string Value);
