using System.ComponentModel;
using System.Security.Claims;
using global::TodoServer.Authorization;
using global::TodoServer.Todos;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace TodoServer.Tools;

/// <summary>
/// The sample: todos that belong to the user who signed in. [RequireScope] says what each tool
/// requires.
/// </summary>
[McpServerToolType]
internal sealed class TodoTools(TodoStore store)
{
    [McpServerTool(Title = "List todos", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Description("Lists the todos of the user, one per line.")]
    [RequireScope(Scopes.TodoRead)]
    public string ListTodos(ClaimsPrincipal user)
    {
        var todos = store.List(user.GetSubject());
        return todos.Count == 0 ? "There are no todos." : string.Join('\n', todos.Select(Describe));
    }

    [McpServerTool(Title = "Add a todo", ReadOnly = false, Destructive = false, Idempotent = false, OpenWorld = false)]
    [Description("Adds a todo for the user.")]
    [RequireScope(Scopes.TodoWrite)]
    public CallToolResult AddTodo(
        ClaimsPrincipal user,
        [Description("What is to be done, in at most 200 characters.")] string title)
    {
        if (string.IsNullOrWhiteSpace(title) || title.Length > 200)
        {
            return Mistake("The title must have between 1 and 200 characters.");
        }

        if (store.Add(user.GetSubject(), title.Trim()) is not { } todo)
        {
            return Mistake("There are too many todos already.");
        }

        return Text($"Added {Describe(todo)}");
    }

    [McpServerTool(Title = "Complete a todo", ReadOnly = false, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Description("Marks a todo of the user as completed.")]
    [RequireScope(Scopes.TodoWrite)]
    public CallToolResult CompleteTodo(
        ClaimsPrincipal user,
        [Description("The number of the todo in the list.")] int id)
    {
        if (store.Complete(user.GetSubject(), id) is not { } todo)
        {
            return Mistake($"There is no todo with the number {id}.");
        }

        return Text($"Completed {Describe(todo)}");
    }

    private static CallToolResult Text(string text) =>
        new() { Content = [new TextContentBlock { Text = text }] };

    // For the model, which can correct it. An exception would be logged as an error of this server.
    private static CallToolResult Mistake(string text) =>
        new() { IsError = true, Content = [new TextContentBlock { Text = text }] };

    private static string Describe(TodoItem todo) => $"{todo.Id}. [{(todo.IsCompleted ? 'x' : ' ')}] {todo.Title}";
}
