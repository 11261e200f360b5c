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

// Of its own users. What it adds to a token, ahead of what the token says, must not count as said by the token.
internal sealed class Membership : IClaimsTransformation
{
    public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal)
    {
        var members = new ClaimsIdentity(
            [new(ClaimTypes.Role, "member"), new("scope", "todo:read todo:write"), new("sub", "somebody")], "Members");
        foreach (var identity in principal.Identities)
        {
            identity.AddClaim(new("scope", "todo:read todo:write"));
        }

        return Task.FromResult(new ClaimsPrincipal([members, .. principal.Identities]));
    }
}
