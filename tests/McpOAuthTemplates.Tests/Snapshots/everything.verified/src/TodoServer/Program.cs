using TodoServer;
using TodoServer.Hosting;
using TodoServer.Tools;

var builder = WebApplication.CreateBuilder(args);

builder.AddTelemetry();
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
