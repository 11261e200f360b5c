using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication("Cookies").AddCookie("Cookies", cookie => cookie.LoginPath = "/login");
builder.Services.AddAuthorizationBuilder().AddPolicy("chief", policy => policy.RequireRole("chief"));
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.UseAuthentication();
app.UseAuthorization();

app.MapSignIn("Cookies");
app.MapGet("/", (ClaimsPrincipal user) => $"Hello {user.Identity?.Name ?? "nobody"}");
app.MapGet("/account", (ClaimsPrincipal user) => user.Identity!.Name).RequireAuthorization();
app.MapGet("/chief", () => "for the chief").RequireAuthorization("chief");
app.MapPost("/logout", (HttpContext http) => http.SignOutAsync());
app.MapMcp("/mcp");

app.Run();
