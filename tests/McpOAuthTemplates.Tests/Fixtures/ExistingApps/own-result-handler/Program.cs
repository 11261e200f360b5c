using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication("Cookies").AddCookie("Cookies");
builder.Services.AddAuthorizationBuilder().AddPolicy("teapot", policy => policy.RequireRole("teapot"));
builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, TeapotHandler>();
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.MapSignIn("Cookies");
app.MapGet("/coffee", () => "coffee").RequireAuthorization("teapot");
app.MapGet("/account", () => "account").RequireAuthorization();
app.MapMcp("/mcp");

app.Run();

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
