using System.Security.Claims;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication("Bearer").AddJwtBearer(jwt =>
{
    jwt.Authority = builder.Configuration["Own:Issuer"];
    jwt.Audience = "orders";
    jwt.RequireHttpsMetadata = false;
    jwt.MapInboundClaims = false;
});
builder.Services.AddAuthorization();
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.UseAuthentication();
app.UseAuthorization();

app.MapGet("/orders", (ClaimsPrincipal user) => user.FindFirstValue("sub")).RequireAuthorization();
app.MapMcp("/mcp");

app.Run();
