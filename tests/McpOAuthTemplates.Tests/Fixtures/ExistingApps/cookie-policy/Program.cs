using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication()
    .AddCookie("Cookies")
    .AddJwtBearer("Bearer", jwt =>
    {
        jwt.Authority = builder.Configuration["Own:Issuer"];
        jwt.Audience = "orders";
        jwt.RequireHttpsMetadata = false;
        jwt.MapInboundClaims = false;
    });
builder.Services.AddAuthorization(options => options.DefaultPolicy =
    new AuthorizationPolicyBuilder("Cookies", "Bearer").RequireAuthenticatedUser().Build());
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.MapSignIn("Cookies");
app.MapGet("/account", (ClaimsPrincipal user) => user.FindFirstValue("sub")).RequireAuthorization();
app.MapMcp("/mcp");

app.Run();
