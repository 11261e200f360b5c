var builder = WebApplication.CreateBuilder(args);
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

var api = app.MapGroup("/api");
api.MapGet("/hello", () => "hello");
api.MapMcp("/mcp");

app.Run();
