using TodoServer;
using TodoServer.Tools;

var builder = WebApplication.CreateBuilder(args);

builder.Services.AddOAuthProtection();
builder.Services.AddMcpServer()
    .WithHttpTransport()
    .WithTodoTools()
    .WithTools<WhoAmITool>()
    .WithOrderTools();

var app = builder.Build();

app.MapProtectedMcp();

app.Run();
