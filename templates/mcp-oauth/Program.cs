using McpOAuthServer;
#if (HasTelemetry)
using McpOAuthServer.Hosting;
#endif
using McpOAuthServer.Tools;

var builder = WebApplication.CreateBuilder(args);

builder.Services.AddOAuthProtection();
#if (UseControllers)
builder.Services.AddControllers();
#endif
builder.Services.AddMcpServer()
    .WithHttpTransport()
    .WithTodoTools()
    .WithTools<WhoAmITool>()
    .WithOrderTools();

var app = builder.Build();

#if (UseControllers)
app.MapControllers();
#endif
app.MapProtectedMcp();

app.Run();
