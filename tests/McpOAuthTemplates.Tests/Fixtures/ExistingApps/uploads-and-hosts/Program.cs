var builder = WebApplication.CreateBuilder(args);
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.MapGet("/", (HttpContext http) => $"This is {http.Request.Host.Host}.");
app.MapPost("/upload", async (HttpRequest request) =>
{
    var body = new MemoryStream();
    await request.Body.CopyToAsync(body);
    return body.Length;
});
app.MapMcp("/mcp");

app.Run();
