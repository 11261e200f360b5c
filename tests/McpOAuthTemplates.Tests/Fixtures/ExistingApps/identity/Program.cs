using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

// As AddIdentity does it.
var builder = WebApplication.CreateBuilder(args);
builder.Services
    .AddAuthentication(options =>
    {
        options.DefaultAuthenticateScheme = "Identity.Application";
        options.DefaultChallengeScheme = "Identity.Application";
        options.DefaultSignInScheme = "Identity.External";
    })
    .AddCookie("Identity.Application", cookie => cookie.LoginPath = "/Account/Login")
    .AddCookie("Identity.External");
builder.Services.AddAuthorization();
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.UseAuthentication();
app.UseAuthorization();

app.MapSignIn("Identity.Application");
app.MapGet("/account", (ClaimsPrincipal user) => user.Identity!.Name).RequireAuthorization();
app.MapGet("/staff", () => "for staff").RequireAuthorization(policy => policy.RequireRole("staff"));
app.MapPost("/external", (HttpContext http) => http.SignInAsync(new ClaimsPrincipal(new ClaimsIdentity("external"))));
app.MapMcp("/mcp");

app.Run();
