using McpOAuthServer.Authorization;
using McpOAuthServer.Hosting;
#if (!CustomScopes)
using McpOAuthServer.Todos;
#endif
using McpOAuthServer.Tools;

var builder = WebApplication.CreateBuilder(args);

builder.Services.AddOAuth();
builder.AddServerLimits();
builder.AddCrossOriginRules();
builder.AddHealth();

#if (!CustomScopes)
builder.Services.AddSingleton<TodoStore>();
#endif
builder.Services.AddMcpServer()
    .WithHttpTransport()
    .WithTools<TodoTools>()
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
