using System.ComponentModel.DataAnnotations;
using global::McpOAuthServer.Authorization;
using global::McpOAuthServer.Todos;
using Microsoft.AspNetCore.Mvc;

namespace McpOAuthServer.Controllers;

/// <summary>
/// The same todos as a REST API, with the scopes and the challenges of the MCP tools.
/// </summary>
[ApiController, Route("api/todos")]
public sealed class TodosController(TodoStore store) : ControllerBase
{
    /// <summary>Lists the todos of the user.</summary>
    [HttpGet, RequireScope(Scopes.TodoRead)]
    public IReadOnlyList<TodoItem> List() => store.List(User.GetSubject());

    /// <summary>Adds a todo for the user.</summary>
    [HttpPost, RequireScope(Scopes.TodoWrite)]
    public ActionResult<TodoItem> Add(NewTodo todo) => store.Add(User.GetSubject(), todo.Title.Trim()) is { } added
        ? StatusCode(StatusCodes.Status201Created, added)
        : Conflict("There are too many todos already.");

    /// <summary>Marks a todo of the user as completed.</summary>
    [HttpPost("{id:int}/complete"), RequireScope(Scopes.TodoWrite)]
    public ActionResult<TodoItem> Complete(int id) => store.Complete(User.GetSubject(), id) is { } todo ? todo : NotFound();
}

/// <summary>The body of a request that adds a todo.</summary>
public sealed record NewTodo([Required, StringLength(200)] string Title);
