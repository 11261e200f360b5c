var builder = WebApplication.CreateBuilder(args);
builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy.AllowAnyOrigin().AllowAnyHeader().AllowAnyMethod()));
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.UseCors();
app.MapMethods("/data", ["GET", "PUT"], () => "data");
app.MapMcp("/mcp");

app.Run();
