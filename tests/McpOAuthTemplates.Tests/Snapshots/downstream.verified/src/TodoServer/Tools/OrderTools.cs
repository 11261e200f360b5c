using System.ComponentModel;
using global::TodoServer.Authorization;
using global::TodoServer.Downstream;
using ModelContextProtocol.Server;

namespace TodoServer.Tools;

/// <summary>The sample that calls another API for the user who signed in.</summary>
[McpServerToolType]
internal sealed class OrderTools(OrdersApi orders)
{
    [McpServerTool(Title = "List orders", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Description("Lists the orders of the user.")]
    [RequireScope(Scopes.TodoRead)]
    public Task<string> ListOrders(CancellationToken cancellationToken) => orders.ListAsync(cancellationToken);
}
