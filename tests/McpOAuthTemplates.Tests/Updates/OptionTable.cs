using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.Providers;

namespace McpOAuthTemplates.Tests.Updates;

/// <summary>One option with the values between which it can change, as they stand on a command line. Empty is the default.</summary>
public sealed record OptionRow(string Option, params string[] Values)
{
    /// <summary>Each value with each other one.</summary>
    public IEnumerable<(string From, string To)> Changes =>
        from before in Values
        from after in Values
        where before != after
        select (before, after);

    public override string ToString() => Option;
}

internal static class OptionTable
{
    /// <summary>All options of the record; a test says so.</summary>
    public static OptionRow[] All { get; } =
    [
        new("--scopes", "", "--scopes files.read,files.write", "--scopes todo:write,todo:read"),
        new("--use-controllers", "", "--use-controllers"),
        new("--provider", [.. ProviderTable.All.Select(row => $"--provider {row.Name}")]),
        new("--authority", "", "--authority https://login.contoso.com"),
        new("--resource", "", "--resource https://tools.contoso.com/api/mcp", "--resource https://mcp.contoso.com"),
        new("--audience", "", "--audience api://contoso-tools"),
        new("--dev-auth", "", "--dev-auth false"),
        new("--tests", "", "--tests"),
        new("--aot", "", "--aot"),
        new("--telemetry", "", "--telemetry"),
        new("--docker", "", "--docker"),
        new("--kubernetes", "", "--kubernetes"),
        new("--aspire", "", "--aspire"),
        new("--downstream", "", "--downstream"),
        new("--ci", "", "--ci github"),
        new("--http-port", "--http-port 5111", "--http-port 5222"),
        new("--ai-hosts", "", "--ai-hosts vscode", "--ai-hosts cursor --ai-hosts claude", "--ai-hosts none"),
        new("--framework", ""),
        new("--exclude-launch-settings", "", "--exclude-launch-settings"),
    ];

    /// <summary>The arguments of an update from one project to another one.</summary>
    public static string[] GetChanges(ProjectRecord before, ProjectRecord after) =>
    [
        .. from option in after.Options
           where !JsonNode.DeepEquals(option.Value, before.Options[option.Key])
           from value in option.Value is JsonArray list ? list.Select(item => (string)item!) : [(string)option.Value!]
           select $"{option.Key}={value}",
    ];
}
