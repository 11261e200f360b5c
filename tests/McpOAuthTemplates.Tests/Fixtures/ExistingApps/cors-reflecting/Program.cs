var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication("Cookies").AddCookie("Cookies");
builder.Services.AddAuthorization();
builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy =>
    policy.SetIsOriginAllowed(_ => true).AllowCredentials().AllowAnyHeader().AllowAnyMethod().WithExposedHeaders("X-Own")));
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.UseCors();
app.UseAuthentication();
app.UseAuthorization();

app.MapSignIn("Cookies");
app.MapMethods("/data", ["GET", "PUT"], () => "data").RequireAuthorization();
app.MapMcp("/mcp");

app.Run();
