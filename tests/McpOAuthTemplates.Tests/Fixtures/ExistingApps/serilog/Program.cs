using Serilog;

var builder = WebApplication.CreateBuilder(args);
builder.Host.UseSerilog((_, logger) => logger.MinimumLevel.Verbose().WriteTo.Console(
    outputTemplate: "{Level:u3} {SourceContext} {Message:lj} {Properties:j}{NewLine}{Exception}",
    formatProvider: System.Globalization.CultureInfo.InvariantCulture));
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.UseSerilogRequestLogging();
app.MapGet("/hello", () => "hello");
app.MapMcp("/mcp");

app.Run();
