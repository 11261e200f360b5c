using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication("Cookies")
    .AddCookie("Cookies")
    .AddJwtBearer("Bearer", jwt => jwt.Authority = "https://login.contoso.com");
builder.Services.ConfigureAll<JwtBearerOptions>(jwt => jwt.ForwardDefault = "Cookies");
builder.Services.AddAuthorization();
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.MapSignIn("Cookies");
app.MapGet("/account", (ClaimsPrincipal user) => user.Identity!.Name)
    .RequireAuthorization(policy => policy.AddAuthenticationSchemes("Bearer").RequireAuthenticatedUser());
app.MapMcp("/mcp");

app.Run();
