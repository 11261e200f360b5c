using global::McpOAuthServer.Downstream;

namespace McpOAuthServer.Tools;

internal static class OrderToolsExtensions
{
    /// <summary>Adds the sample tool and the API that it calls, "Downstream:Orders".</summary>
    public static IMcpServerBuilder WithOrderTools(this IMcpServerBuilder builder)
    {
        builder.Services.AddDownstream<OrdersApi>("Orders");
        return builder.WithTools<OrderTools>();
    }
}
