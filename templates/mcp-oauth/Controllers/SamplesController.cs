using global::McpOAuthServer.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace McpOAuthServer.Controllers;

/// <summary>
/// One sample action for each scope, with the same challenges as the tools. Give each a route and
/// something to do.
/// </summary>
[ApiController, Route("api/samples")]
public sealed class SamplesController : ControllerBase
{
    // One action for each scope.

    private string Answer(string scope) => $"{User.GetSubject()} may use what requires {scope}.";
}
