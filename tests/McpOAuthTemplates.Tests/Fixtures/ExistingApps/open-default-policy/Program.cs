using Microsoft.AspNetCore.Authorization;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthorization(options =>
    options.DefaultPolicy = new AuthorizationPolicyBuilder().RequireAssertion(_ => true).Build());
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.UseAuthorization();
app.MapGet("/open", () => "open").RequireAuthorization();
app.MapMcp("/mcp");

app.Run();
