using McpOAuthServer.Authorization;
using McpOAuthServer.Hosting;
using McpOAuthServer.Tools;

var builder = WebApplication.CreateBuilder(args);

builder.Services.AddOAuth();
builder.AddServerLimits();
builder.AddCrossOriginRules();
builder.AddHealth();

#if (UseControllers)
builder.Services.AddControllers();
#endif
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
#if (UseControllers)
app.MapControllers().RequireRateLimiting(ServerLimits.PerSubject);
#else
app.MapProtectedResourceMetadata();
#endif
app.MapProtectedMcp("/mcp").RequireRateLimiting(ServerLimits.PerSubject);
app.LogConnectionHint();
#if (!NoDevAuth)
//-:cnd:noEmit
#if DEBUG
app.MapDevAuthorizationServer();
#endif
//+:cnd:noEmit
#endif

app.Run();
