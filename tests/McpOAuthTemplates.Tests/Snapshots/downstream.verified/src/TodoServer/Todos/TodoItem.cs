namespace TodoServer.Todos;

/// <summary>One thing to do.</summary>
public sealed record TodoItem(int Id, string Title, bool IsCompleted);
