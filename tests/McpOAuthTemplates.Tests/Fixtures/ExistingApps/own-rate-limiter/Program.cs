using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddRateLimiter(limiter =>
{
    limiter.RejectionStatusCode = StatusCodes.Status503ServiceUnavailable;
    limiter.OnRejected = async (context, cancellationToken) =>
    {
        context.HttpContext.Response.Headers.RetryAfter = "77";
        await context.HttpContext.Response.WriteAsync("Slow down.", cancellationToken);
    };
    limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http =>
        http.Request.Path.StartsWithSegments("/mcp")
            ? RateLimitPartition.GetNoLimiter("")
            : RateLimitPartition.GetFixedWindowLimiter(
                http.Request.Path.ToString(), _ => new FixedWindowRateLimiterOptions { PermitLimit = 4, Window = TimeSpan.FromHours(1) }));
    limiter.AddFixedWindowLimiter("strict", strict =>
    {
        strict.PermitLimit = 1;
        strict.Window = TimeSpan.FromHours(1);
    });
});
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.UseRateLimiter();
app.MapGet("/free", () => "free");
app.MapGet("/strict", () => "strict").RequireRateLimiting("strict");
app.MapMcp("/mcp");

app.Run();
