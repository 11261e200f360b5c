var builder = WebApplication.CreateBuilder(args);
builder.Logging.ClearProviders().AddJsonConsole(console => console.IncludeScopes = true);
builder.Services.AddHttpLogging();
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.MapGet("/hello", () => "hello");
app.MapMcp("/mcp");

app.Run();
