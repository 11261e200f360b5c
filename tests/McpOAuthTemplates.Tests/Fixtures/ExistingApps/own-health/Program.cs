using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddHealthChecks()
    .AddCheck("database", () => HealthCheckResult.Healthy())
    .AddCheck("disk", () => HealthCheckResult.Degraded("nearly full"));
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.MapHealthChecks("/healthz", new HealthCheckOptions
{
    ResponseWriter = (http, report) =>
        http.Response.WriteAsync(string.Join(", ", report.Entries.Select(entry => $"{entry.Key}: {entry.Value.Status}"))),
});
app.MapGet("/readyz", () => "as ready as can be");
app.MapGet("/mcp", () => "What MCP is.");
app.MapMcp("/mcp");

app.Run();
