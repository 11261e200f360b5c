using System.ComponentModel;

namespace TodoServer;

/// <summary>
/// The OAuth scopes of this server. To add one, add a constant, and add it to <see cref="All"/>;
/// then <c>[RequireScope]</c> can require it. Users see its description before they allow it.
/// </summary>
internal static class Scopes
{
    [Description("Say what this scope allows.")]
    public const string InvoiceRead = "invoice:read";

    [Description("Say what this scope allows.")]
    public const string InvoiceApprove = "invoice:approve";

    [Description("Say what this scope allows.")]
    public const string InvoiceExport = "api://billing/Invoice.Export";

    /// <summary>The scopes in the metadata, which clients request when they sign in.</summary>
    public static IReadOnlyList<string> All { get; } = [InvoiceRead, InvoiceApprove, InvoiceExport];

    /// <summary>
    /// Broad scopes and the narrower ones that they include. With <c>{ [Write] = [Read] }</c>, for
    /// example, a token with the first is accepted where the second is required.
    /// </summary>
    public static IReadOnlyDictionary<string, string[]> Implied { get; } =
        new Dictionary<string, string[]>();
}
