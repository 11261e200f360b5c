using System.ComponentModel;

namespace TodoServer;

/// <summary>
/// The OAuth scopes of this server. A new one needs a constant and a place in <see cref="All"/>; then
/// <c>[RequireScope]</c> can ask for it. Its description is what people read before they allow it.
/// </summary>
internal static class Scopes
{
    [Description("Say what this scope allows.")]
    public const string InvoiceRead = "invoice:read";

    [Description("Say what this scope allows.")]
    public const string InvoiceApprove = "invoice:approve";

    [Description("Say what this scope allows.")]
    public const string InvoiceExport = "api://billing/Invoice.Export";

    /// <summary>The scopes that clients are told about, and ask for when they sign in.</summary>
    public static IReadOnlyList<string> All { get; } = [InvoiceRead, InvoiceApprove, InvoiceExport];

    /// <summary>
    /// Broad scopes and the narrower ones that they include, for example <c>{ [Write] = [Read] }</c>: a token with
    /// the first is then accepted where the second is required.
    /// </summary>
    public static IReadOnlyDictionary<string, string[]> Implied { get; } =
        new Dictionary<string, string[]>();
}
