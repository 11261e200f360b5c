namespace TodoServer.Hosting;

/// <summary>Which web pages may call an endpoint of this protection.</summary>
internal sealed class CorsRule
{
    /// <summary>Those of Mcp:AllowedOrigins and, in Development, of this machine.</summary>
    public static readonly CorsRule AllowedOrigins = new();

    /// <summary>All: the endpoint returns only public information.</summary>
    public static readonly CorsRule AnyOrigin = new();

    private CorsRule()
    {
    }
}
