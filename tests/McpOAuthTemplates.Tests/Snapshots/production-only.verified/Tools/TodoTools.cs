using System.ComponentModel;
using System.Security.Claims;
using TodoServer.Authorization;
using TodoServer.Todos;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace TodoServer.Tools;

/// <summary>The sample: todos that belong to the person who signed in. [RequireScope] says what each tool needs.</summary>
[McpServerToolType]
internal sealed class TodoTools(TodoStore store)
{
    [McpServerTool(Title = "List todos", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Description("Lists the todos of the user, one a line.")]
    [RequireScope(Scopes.TodoRead)]
    public string ListTodos(ClaimsPrincipal user)
    {
        var todos = store.List(user.GetSubject());
        return todos.Count == 0 ? "There are no todos." : string.Join('\n', todos.Select(Describe));
    }

    [McpServerTool(Title = "Add a todo", ReadOnly = false, Destructive = false, Idempotent = false, OpenWorld = false)]
    [Description("Adds a todo for the user.")]
    [RequireScope(Scopes.TodoWrite)]
    public string AddTodo(ClaimsPrincipal user, [Description("What is to be done, in at most 200 characters.")] string title)
    {
        if (string.IsNullOrWhiteSpace(title) || title.Length > 200)
        {
            throw new McpException("The title must have between 1 and 200 characters.");
        }

        var todo = store.Add(user.GetSubject(), title.Trim()) ?? throw new McpException("There are too many todos already.");
        return $"Added {Describe(todo)}";
    }

    [McpServerTool(Title = "Complete a todo", ReadOnly = false, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Description("Marks a todo of the user as completed.")]
    [RequireScope(Scopes.TodoWrite)]
    public string CompleteTodo(ClaimsPrincipal user, [Description("The number of the todo in the list.")] int id)
    {
        var todo = store.Complete(user.GetSubject(), id) ?? throw new McpException($"There is no todo with the number {id}.");
        return $"Completed {Describe(todo)}";
    }

    private static string Describe(TodoItem todo) => $"{todo.Id}. [{(todo.IsCompleted ? 'x' : ' ')}] {todo.Title}";
}
