using ModelContextProtocol.Server;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddHttpContextAccessor();
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>().WithTools<TenantTools>();

var app = builder.Build();

app.UseHttpMethodOverride();
app.Use((http, next) =>
{
    http.Items["tenant"] = $"tenant of {http.Request.Path}";
    return next();
});
app.MapGet("/tenant", (HttpContext http) => http.Items["tenant"]);
app.MapMcp("/mcp");

app.Run();

[McpServerToolType]
internal sealed class TenantTools(IHttpContextAccessor accessor)
{
    [McpServerTool(Name = "get_tenant")]
    public string GetTenant() => $"{accessor.HttpContext!.Items["tenant"]}";
}
