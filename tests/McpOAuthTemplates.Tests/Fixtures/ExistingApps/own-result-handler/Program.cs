using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication("Cookies").AddCookie("Cookies");
builder.Services.AddAuthorizationBuilder().AddPolicy("teapot", policy => policy.RequireRole("teapot"));
builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, TeapotHandler>();
builder.Services.AddScoped<IAuthenticationService, GuestAuthentication>();
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.MapSignIn("Cookies");
app.MapGet("/coffee", () => "coffee").RequireAuthorization("teapot");
app.MapGet("/account", () => "account").RequireAuthorization();
app.MapMcp("/mcp");

app.Run();

// Whoever is not signed in is a guest, outside of the scheme for people.
internal sealed class GuestAuthentication(
    IAuthenticationSchemeProvider schemes,
    IAuthenticationHandlerProvider handlers,
    IClaimsTransformation transformation,
    Microsoft.Extensions.Options.IOptions<AuthenticationOptions> options)
    : AuthenticationService(schemes, handlers, transformation, options)
{
    public override async Task<AuthenticateResult> AuthenticateAsync(HttpContext context, string? scheme)
    {
        var result = await base.AuthenticateAsync(context, scheme);
        if (result.Succeeded || scheme is null or "Cookies")
        {
            return result;
        }

        var guest = new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.Name, "guest")], "Guest"));
        return AuthenticateResult.Success(new AuthenticationTicket(guest, "Guest"));
    }
}

internal sealed class TeapotHandler : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _default = new();

    public async Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Forbidden)
        {
            context.Response.StatusCode = 418;
            await context.Response.WriteAsync("I am a teapot.");
            return;
        }

        await _default.HandleAsync(next, context, policy, authorizeResult);
    }
}
