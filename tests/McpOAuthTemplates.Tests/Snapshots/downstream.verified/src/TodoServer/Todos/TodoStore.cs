using System.Collections.Concurrent;

namespace TodoServer.Todos;

/// <summary>The todos of each user, in memory: replace it with your database.</summary>
public sealed class TodoStore
{
    private const int MaxTodosPerUser = 1000;

    private readonly ConcurrentDictionary<string, List<TodoItem>> _users = new();

    /// <summary>All todos of the user, in the order in which they were added.</summary>
    public IReadOnlyList<TodoItem> List(string user)
    {
        var todos = _users.GetOrAdd(user, _ => []);
        lock (todos)
        {
            return [.. todos];
        }
    }

    /// <summary>Returns the new todo, or null if the user has too many already.</summary>
    public TodoItem? Add(string user, string title)
    {
        var todos = _users.GetOrAdd(user, _ => []);
        lock (todos)
        {
            if (todos.Count == MaxTodosPerUser)
            {
                return null;
            }

            var todo = new TodoItem(todos.Count + 1, title, IsCompleted: false);
            todos.Add(todo);
            return todo;
        }
    }

    /// <summary>Returns the completed todo, or null if the user has none with this id.</summary>
    public TodoItem? Complete(string user, int id)
    {
        var todos = _users.GetOrAdd(user, _ => []);
        lock (todos)
        {
            var index = todos.FindIndex(todo => todo.Id == id);
            return index < 0 ? null : todos[index] = todos[index] with { IsCompleted = true };
        }
    }
}
