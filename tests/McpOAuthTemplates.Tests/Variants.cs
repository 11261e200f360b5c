namespace McpOAuthTemplates.Tests;

/// <summary>A way to call the template, named for people.</summary>
public sealed record Variant(string Name, params string[] Arguments)
{
    public bool HasDevAuth => GetOption("--dev-auth") != "false";

    public bool HasAot => Arguments.Contains("--aot");

    public bool HasTests => Arguments.Contains("--tests");

    public bool HasDocker => Arguments.Contains("--docker");

    public bool HasControllers => Arguments.Contains("--use-controllers");

    public bool HasTodoSample => GetOption("--scopes") is null or "todo:read,todo:write" or "todo:write todo:read";

    public string? GetOption(string option) => Arguments.SkipWhile(argument => argument != option).ElementAtOrDefault(1);

    public override string ToString() => Name;
}

/// <summary>THE table: all tests take their variants from here.</summary>
public static class Variants
{
    public static Variant Default { get; } = new("default");

    /// <summary>Few, to be read: each has a folder below Snapshots.</summary>
    public static Variant[] Reviewed { get; } =
    [
        Default,
        new("invoices", "--scopes", "invoice:read invoice:approve api://billing/Invoice.Export"),
        new(
            "production-only",
            "--dev-auth", "false",
            "--exclude-launch-settings",
            "--authority", "https://login.contoso.com/tenant",
            "--resource", "https://tools.contoso.com/api/mcp",
            "--audience", "api://contoso-tools",
            "--ai-hosts", "none"),
        new("controllers", "--use-controllers"),
    ];

    /// <summary>All that is built. Every option must occur here; a test says so.</summary>
    public static Variant[] Built { get; } =
    [
        .. Reviewed,
        new("custom-scopes-production-only", "--scopes", "files.read", "--dev-auth", "false"),
        new("audience-with-dev-auth", "--audience", "res_123", "--framework", "net10.0"),
        new("resource-at-root", "--resource", "https://mcp.contoso.com"),
        new("controllers-custom-scopes", "--use-controllers", "--scopes", "files.read files.write", "--dev-auth", "false"),
        new("aot", "--aot"),
        new("aot-custom-scopes-production-only", "--aot", "--scopes", "files.read", "--dev-auth", "false"),
        new("docker", "--docker"),
        new("docker-aot", "--docker", "--aot", "--ai-hosts", "none"),
        new("one-ai-host", "--ai-hosts", "cursor"),
        new("two-ai-hosts", "--ai-hosts", "vscode", "--ai-hosts", "claude"),
        new("no-ai-host", "--ai-hosts", "none"),
        new("reordered-default-scopes", "--scopes", "todo:write todo:read"),
    ];

    public static TheoryData<Variant> ReviewedRows => new(Reviewed);

    public static TheoryData<Variant> BuiltRows => new(Built);
}
