var builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.MapGet("/hello", () => "hello");
app.MapMcp("/mcp");

app.Run();
