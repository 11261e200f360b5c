using Microsoft.AspNetCore.Cors;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddCors(cors =>
{
    cors.AddPolicy("partners", policy =>
        policy.WithOrigins("https://partner.contoso.com").WithMethods("PUT").WithHeaders("X-Order").AllowCredentials());
    cors.AddPolicy("public", policy => policy.AllowAnyOrigin());
});
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.UseCors();
app.MapPut("/orders", () => "ordered").RequireCors("partners");
app.MapGet("/prices", [EnableCors("public")] () => "prices");
app.MapGet("/none", () => "none");
app.MapMcp("/mcp");

app.Run();
