namespace TodoServer.Todos;

/// <summary>One thing to do.</summary>
internal sealed record Todo(int Id, string Title, bool IsCompleted);
