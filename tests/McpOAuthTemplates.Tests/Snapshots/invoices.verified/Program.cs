using TodoServer;
using TodoServer.Tools;

var builder = WebApplication.CreateBuilder(args);

builder.Services.AddOAuthProtection();
builder.Services.AddMcpServer()
    .WithHttpTransport()
    .WithTools<SampleTools>()
    .WithTools<WhoAmITool>();

var app = builder.Build();

app.MapProtectedMcp();

app.Run();
