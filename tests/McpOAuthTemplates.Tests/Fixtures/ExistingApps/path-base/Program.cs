var builder = WebApplication.CreateBuilder(args);
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.UsePathBase("/base");
app.UseRouting();
app.MapGet("/hello", (HttpContext http) => $"{http.Request.PathBase} and {http.Request.Path}");
app.MapMcp("/mcp");

app.Run();
