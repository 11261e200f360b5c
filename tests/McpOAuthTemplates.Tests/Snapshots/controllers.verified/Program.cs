using TodoServer;
using TodoServer.Tools;

var builder = WebApplication.CreateBuilder(args);

builder.Services.AddOAuthProtection();
builder.Services.AddControllers();
builder.Services.AddMcpServer()
    .WithHttpTransport()
    .WithTodoTools()
    .WithTools<WhoAmITool>();

var app = builder.Build();

app.MapControllers();
app.MapProtectedMcp();

app.Run();
