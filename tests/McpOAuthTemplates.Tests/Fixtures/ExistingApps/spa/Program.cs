var builder = WebApplication.CreateBuilder(args);
builder.Services.AddProblemDetails();
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.UseExceptionHandler();
app.UseStatusCodePages();
app.UseDefaultFiles();
app.MapStaticAssets();
app.MapGet("/boom", string () => throw new InvalidOperationException("boom"));
app.MapGet("/forbidden", () => Results.StatusCode(403));
app.MapMcp("/mcp");
app.MapFallbackToFile("index.html");

app.Run();
