using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication("Bearer").AddJwtBearer(jwt =>
{
    jwt.Authority = builder.Configuration["Own:Issuer"];
    jwt.RequireHttpsMetadata = false;
});
builder.Services.Configure<JwtBearerOptions>("Bearer", jwt => jwt.Events = new JwtBearerEvents());
builder.Services.ConfigureAll<JwtBearerOptions>(jwt => jwt.Events = new JwtBearerEvents());
builder.Services.PostConfigureAll<JwtBearerOptions>(jwt =>
{
    jwt.Events = new JwtBearerEvents();
    jwt.MapInboundClaims = true;
    jwt.TokenValidationParameters.ValidateAudience = false;
    jwt.TokenValidationParameters.ValidateIssuer = false;
    jwt.TokenValidationParameters.ValidateLifetime = false;
});
builder.Services.AddAuthorization();
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.MapGet("/orders", (ClaimsPrincipal user) => user.Identity!.IsAuthenticated).RequireAuthorization();
app.MapMcp("/mcp");

app.Run();
