var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
{
    Args = args,
    EnvironmentName = Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT"),
});
builder.Configuration.AddEnvironmentVariables().AddEnvironmentVariables("ASPNETCORE_");
builder.WebHost.UseKestrelCore();
builder.Services.AddRoutingCore();
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.MapGet("/hello", () => "hello");
app.MapMcp("/mcp");

app.Run(builder.Configuration["URLS"]);
