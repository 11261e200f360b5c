var builder = WebApplication.CreateBuilder(args);
builder.Services.AddCors();
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.UseCors(policy => policy.WithOrigins("https://partner.contoso.com").WithMethods("PUT").AllowCredentials());
app.MapMethods("/orders", ["GET", "PUT"], () => "orders");
app.MapMcp("/mcp");

app.Run();
