using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication("Cookies").AddCookie("Cookies");
builder.Services.AddAuthorization();
builder.Services.AddSingleton<IAuthorizationPolicyProvider, RolePolicyProvider>();
builder.Services.AddScoped<Database>();
builder.Services.AddScoped<IAuthorizationHandler, ChiefHandler>();
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.MapSignIn("Cookies");
app.MapGet("/staff", () => "for staff").RequireAuthorization("role-staff");
app.MapGet("/chief", () => "for the chief").RequireAuthorization("role-chief");
app.MapGet("/account", () => "account").RequireAuthorization();
app.MapMcp("/mcp");

app.Run();

internal sealed class Database;

// The chief may do all: a handler with a service of the request, as one that reads a database.
internal sealed class ChiefHandler(Database database) : IAuthorizationHandler
{
    public Task HandleAsync(AuthorizationHandlerContext context)
    {
        ArgumentNullException.ThrowIfNull(database);
        if (context.User.Identity is { IsAuthenticated: true, AuthenticationType: not "Cookies" })
        {
            foreach (var requirement in context.PendingRequirements.ToArray())
            {
                context.Succeed(requirement);
            }
        }

        return Task.CompletedTask;
    }
}

internal sealed class RolePolicyProvider(IOptions<AuthorizationOptions> options) : IAuthorizationPolicyProvider
{
    private readonly DefaultAuthorizationPolicyProvider _default = new(options);

    public Task<AuthorizationPolicy> GetDefaultPolicyAsync() => _default.GetDefaultPolicyAsync();

    public Task<AuthorizationPolicy?> GetFallbackPolicyAsync() => _default.GetFallbackPolicyAsync();

    public Task<AuthorizationPolicy?> GetPolicyAsync(string policyName)
    {
        if (!policyName.StartsWith("role-", StringComparison.Ordinal))
        {
            return _default.GetPolicyAsync(policyName);
        }

        var policy = new AuthorizationPolicyBuilder().RequireRole(policyName["role-".Length..]).Build();
        return Task.FromResult<AuthorizationPolicy?>(policy);
    }
}
