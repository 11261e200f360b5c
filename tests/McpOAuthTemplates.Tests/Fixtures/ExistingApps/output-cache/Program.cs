var builder = WebApplication.CreateBuilder(args);
builder.Services.AddOutputCache(cache => cache.AddBasePolicy(policy => policy.Expire(TimeSpan.FromMinutes(10))));
builder.Services.AddResponseCompression();
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.UseResponseCompression();
app.UseOutputCache();
var count = 0;
app.MapGet("/count", () => $"{++count}");
app.MapGet("/text", () => new string('x', 5000));
app.MapMcp("/mcp");

app.Run();
