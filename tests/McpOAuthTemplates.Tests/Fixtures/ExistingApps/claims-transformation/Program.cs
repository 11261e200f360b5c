using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication("Cookies").AddCookie("Cookies");
builder.Services.AddAuthorizationBuilder().AddPolicy("member", policy => policy.RequireRole("member"));
builder.Services.AddSingleton<IClaimsTransformation, Membership>();
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.MapSignIn("Cookies");
app.MapGet("/members", (ClaimsPrincipal user) => $"{user.Identities.Count()} identities").RequireAuthorization("member");
app.MapMcp("/mcp");

app.Run();

// Of its own users, who have a name.
internal sealed class Membership : IClaimsTransformation
{
    public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal)
    {
        var members = new ClaimsIdentity([new(ClaimTypes.Role, "member")]);
        return Task.FromResult(new ClaimsPrincipal([.. principal.Identities, members]));
    }
}
