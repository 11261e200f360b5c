namespace McpOAuthServer.Todos;

/// <summary>One thing to do.</summary>
internal sealed record TodoItem(int Id, string Title, bool IsCompleted);
