using Microsoft.AspNetCore.Cors.Infrastructure;

namespace TodoServer.Controllers;

/// <summary>Lets every web page read the answers of a controller, instead of those that Mcp:AllowedOrigins names.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class AllowAnyOriginAttribute : Attribute, ICorsPolicyMetadata
{
    public CorsPolicy Policy { get; } =
        new CorsPolicyBuilder().AllowAnyOrigin().AllowAnyHeader().WithMethods(HttpMethods.Get).Build();
}
