using System.Security.Claims;
using Microsoft.AspNetCore.Mvc;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication("Cookies").AddCookie("Cookies", cookie => cookie.LoginPath = "/login");
builder.Services.AddAuthorization();
builder.Services.AddControllers();
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.UseAuthentication();
app.UseAuthorization();

app.MapSignIn("Cookies");
app.MapGet("/account", (ClaimsPrincipal user) => user.Identity!.Name).RequireAuthorization();
app.MapGet("/minimal", (ClaimsPrincipal user) => user.FindFirstValue("sub"));
app.MapControllers();
app.MapMcp("/mcp");

app.Run();

[ApiController]
[Route("controller")]
public sealed class NotesController : ControllerBase
{
    [HttpGet]
    public string? Get() => User.FindFirstValue("sub");

    [HttpGet("own")]
    [Microsoft.AspNetCore.Authorization.Authorize]
    public string? GetOwn() => User.Identity!.Name;
}
