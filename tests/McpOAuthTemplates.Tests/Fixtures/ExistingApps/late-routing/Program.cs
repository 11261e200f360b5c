// The middleware for authorization and CORS stands before the routing, where it does nothing.
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication("Cookies").AddCookie("Cookies");
builder.Services.AddAuthorization();
builder.Services.AddCors();
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.UseCors();
app.UseAuthentication();
app.UseAuthorization();
app.UseRouting();
app.MapSignIn("Cookies");
app.MapGet("/hello", () => "hello");
app.MapMcp("/mcp");

app.Run();
