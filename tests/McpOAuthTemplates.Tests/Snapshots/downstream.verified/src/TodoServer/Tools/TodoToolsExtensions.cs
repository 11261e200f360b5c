using TodoServer.Todos;

namespace TodoServer.Tools;

internal static class TodoToolsExtensions
{
    /// <summary>Adds the sample tools and the store that they share.</summary>
    public static IMcpServerBuilder WithTodoTools(this IMcpServerBuilder builder)
    {
        builder.Services.AddSingleton<TodoStore>();
        return builder.WithTools<TodoTools>();
    }
}
