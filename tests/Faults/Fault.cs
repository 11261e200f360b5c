namespace McpOAuthTemplates.Faults;

/// <summary>A row of the fault table: what must hold, in a sentence, and how that is tried.</summary>
internal sealed record Fault(string Name, string MustHold, Func<FaultRun, Task> TryAsync)
{
    /// <summary>All rows, in the order of the table.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        .. IssuerFaults.All,
        .. KeyFaults.All,
        .. ClockFaults.All,
        .. ClientFaults.All,
        .. ProcessFaults.All,
        .. InstanceFaults.All,
    ];
}
