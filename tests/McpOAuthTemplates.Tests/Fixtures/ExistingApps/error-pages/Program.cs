var builder = WebApplication.CreateBuilder(args);
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.UseExceptionHandler("/error");
app.UseStatusCodePagesWithReExecute("/status/{0}");
app.UseStaticFiles();
app.MapGet("/boom", string () => throw new InvalidOperationException("boom"));
app.MapGet("/forbidden", () => Results.StatusCode(403));
app.Map("/error", () => Results.Text("Sorry.", statusCode: 500));
app.Map("/status/{code:int}", (int code) => $"The page for {code}.");
app.MapMcp("/mcp");
app.MapFallbackToFile("/app/{*path}", "index.html");

app.Run();
