var builder = WebApplication.CreateBuilder(args);
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.MapMcp("/mcp");

app.Run(builder.Configuration["OwnUrl"]);
