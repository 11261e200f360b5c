using System.ComponentModel;
using System.Security.Claims;
using global::TodoServer.Authorization;
using ModelContextProtocol.Server;

namespace TodoServer.Tools;

/// <summary>
/// One sample tool for each scope. Give each a name, a title, a description, something to do, and
/// correct hints.
/// </summary>
[McpServerToolType]
internal sealed class SampleTools
{
    [McpServerTool(
        Title = "Use invoice:read",
        ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Description("A sample that requires the scope invoice:read.")]
    [RequireScope(Scopes.InvoiceRead)]
    public static string UseInvoiceRead(ClaimsPrincipal user) => Answer(user, Scopes.InvoiceRead);

    [McpServerTool(
        Title = "Use invoice:approve",
        ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Description("A sample that requires the scope invoice:approve.")]
    [RequireScope(Scopes.InvoiceApprove)]
    public static string UseInvoiceApprove(ClaimsPrincipal user) => Answer(user, Scopes.InvoiceApprove);

    [McpServerTool(
        Title = "Use api://billing/Invoice.Export",
        ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Description("A sample that requires the scope api://billing/Invoice.Export.")]
    [RequireScope(Scopes.InvoiceExport)]
    public static string UseInvoiceExport(ClaimsPrincipal user) => Answer(user, Scopes.InvoiceExport);

    private static string Answer(ClaimsPrincipal user, string scope) => $"{user.GetSubject()} may use what requires {scope}.";
}
