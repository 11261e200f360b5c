using System.Security.Claims;

// All that it knows of its issuer stands in Authentication:Schemes:Bearer.
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication().AddJwtBearer();
builder.Services.AddAuthorization();
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.MapGet("/orders", (ClaimsPrincipal user) => user.Identity!.IsAuthenticated).RequireAuthorization();
app.MapMcp("/mcp");

app.Run();
