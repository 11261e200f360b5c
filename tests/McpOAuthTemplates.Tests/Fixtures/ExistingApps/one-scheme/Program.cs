using System.Security.Claims;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication().AddCookie("only");
builder.Services.AddAuthorization();
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.MapSignIn("only");
app.MapGet("/", (ClaimsPrincipal user) => $"Hello {user.Identity?.Name ?? "nobody"}");
app.MapGet("/account", (ClaimsPrincipal user) => user.Identity!.Name).RequireAuthorization();
app.MapMcp("/mcp");

app.Run();
