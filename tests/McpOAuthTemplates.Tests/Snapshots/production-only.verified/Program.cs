using TodoServer.Authorization;
using TodoServer.Hosting;
using TodoServer.Tools;

var builder = WebApplication.CreateBuilder(args);

builder.Services.AddOAuth();
builder.AddServerLimits();
builder.AddCrossOriginRules();
builder.AddHealth();

builder.Services.AddMcpServer()
    .WithHttpTransport()
    .WithTodoTools()
    .WithTools<WhoAmITool>()
    .AddAuthorizationFilters();

var app = builder.Build();

if (!app.Environment.IsDevelopment())
{
    app.UseHsts();
}

app.UseCors();
app.UseOriginValidation();
app.UseAuthentication();
app.UseAuthorization();
app.UseRateLimiter();

app.MapHealth();
app.MapProtectedResourceMetadata();
app.MapProtectedMcp("/api/mcp").RequireRateLimiting(ServerLimits.PerSubject);
app.LogConnectionHint();

app.Run();
