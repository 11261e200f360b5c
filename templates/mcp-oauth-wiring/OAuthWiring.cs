global using McpOAuthServer;
global using McpOAuthServer.Authorization;
global using McpOAuthServer.Hosting;
using Microsoft.Extensions.Options;

namespace Microsoft.AspNetCore.Builder;

/// <summary>The three lines of Program.cs that protect the MCP endpoint; OAUTH-NEXT-STEPS.md shows where they stand.</summary>
internal static class OAuthWiring
{
    /// <summary>Adds the check of tokens and scopes, the rules for origins and hosts, limits and health.</summary>
    public static void AddOAuthProtection(this WebApplicationBuilder builder)
    {
        if (builder.Environment.IsDevelopment())
        {
            UseOwnAddress(builder.Configuration);
        }

        builder.Services.AddOAuth();
        builder.AddServerLimits();
        builder.AddCrossOriginRules();
        builder.AddHealth();
        builder.Services.AddMcpServer().AddAuthorizationFilters();
    }

    /// <summary>Adds what asks for a token, and the endpoints that tell clients where to get one.</summary>
    public static void UseOAuthProtection(this WebApplication app)
    {
        app.UseCors();
        app.UseOriginValidation();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();

        app.MapHealth();
        app.MapProtectedResourceMetadata();
        app.LogConnectionHint();
#if (!NoDevAuth)
//-:cnd:noEmit
#if DEBUG
        app.MapDevAuthorizationServer();
#endif
//+:cnd:noEmit
#endif
    }

    /// <summary>Maps the MCP endpoint to the path of OAuth:Resource, in place of MapMcp, which asks for no token.</summary>
    public static void MapProtectedMcp(this WebApplication app)
    {
        var resource = new Uri(app.Services.GetRequiredService<IOptions<OAuthOptions>>().Value.Resource);
        app.MapProtectedMcp(resource.AbsolutePath.TrimEnd('/')).RequireRateLimiting(ServerLimits.PerSubject);
    }

    // A path among the settings stands for a URL of this server, whose port only launchSettings.json knows.
    private static void UseOwnAddress(ConfigurationManager settings)
    {
        var addresses = (settings["urls"] ?? "http://localhost:5000").Split(';', StringSplitOptions.RemoveEmptyEntries);
        if (addresses.Select(BindingAddress.Parse).FirstOrDefault(address => address.Scheme == "http") is { } own)
        {
            settings.AddInMemoryCollection([
                .. from setting in settings.GetSection("OAuth").AsEnumerable()
                   where setting.Value?.StartsWith('/') is true
                   select KeyValuePair.Create<string, string?>(
                       setting.Key, $"http://localhost:{own.Port}{setting.Value.TrimEnd('/')}")]);
        }
    }
}
