using TodoServer.Authorization;
using TodoServer.Hosting;
using TodoServer.Tools;

var builder = WebApplication.CreateBuilder(args);

builder.AddScalekitEnvironment();
builder.Services.AddOAuth();
builder.AddServerLimits();
builder.AddCrossOriginRules();
builder.AddTelemetry();
builder.AddHealth();

builder.Services.AddControllers();
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
app.MapControllers().RequireRateLimiting(ServerLimits.PerSubject);
app.MapProtectedMcp("/mcp").RequireRateLimiting(ServerLimits.PerSubject);
app.LogConnectionHint();
#if DEBUG
app.MapDevAuthorizationServer();
#endif

app.Run();
