using McpOAuthTemplates.Tests.Infrastructure;
using McpOAuthTemplates.Tests.Providers;

namespace McpOAuthTemplates.Tests;

/// <summary>A way to call the template, named for people.</summary>
public sealed record Variant(string Name, params string[] Arguments)
{
    public bool HasDevAuth => GetOption("--dev-auth") != "false";

    public bool HasAot => Arguments.Contains("--aot");

    public bool HasTests => Arguments.Contains("--tests") || Variants.TestProjects.Contains(this);

    public bool HasAspire => Arguments.Contains("--aspire");

    public bool HasTelemetry => Arguments.Contains("--telemetry") || HasAspire;

    public bool HasDocker => Arguments.Contains("--docker") || HasKubernetes;

    public bool HasKubernetes => Arguments.Contains("--kubernetes");

    public bool HasDownstream => Arguments.Contains("--downstream");

    public bool HasCI => GetOption("--ci") == "github";

    public bool HasControllers => Arguments.Contains("--use-controllers");

    public string Provider => GetOption("--provider") ?? "oidc";

    public bool HasTodoSample => GetOption("--scopes") is null or "todo:read,todo:write" or "todo:write,todo:read";

    public string? GetOption(string option) => Arguments.SkipWhile(argument => argument != option).ElementAtOrDefault(1);

    public override string ToString() => Name;
}

/// <summary>THE table: all tests take their variants from here.</summary>
public static class Variants
{
    private static readonly (string, string)[] s_contradictions =
    [
        ("--aot", "--use-controllers"),
        ("--provider cognito", "--audience GIVEN"),
        ("--aspire", "--exclude-launch-settings"),
        ("--provider scalekit", "--downstream"),
        ("--provider stytch", "--downstream"),
    ];

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
        new(
            "everything",
            "--tests", "--use-controllers", "--telemetry", "--docker", "--kubernetes", "--aspire",
            "--ci", "github",
            "--ai-hosts", "vscode", "--ai-hosts", "claude",
            "--provider", "scalekit"),
        new("downstream", "--downstream", "--tests"),
    ];

    /// <summary>
    /// The options and their values, as they stand on a command line; the default is to leave the option out. A test says that every
    /// option is here. GIVEN stands for a value as the provider has it.
    /// </summary>
    public static string[][] Options { get; } =
    [
        ["", .. ProviderTable.All.Skip(1).Select(row => $"--provider {row.Name}")],
        ["", "--scopes files.read,files.write", "--scopes todo:write,todo:read"],
        ["", "--resource https://tools.contoso.com/api/mcp", "--resource https://mcp.contoso.com"],
        ["", "--use-controllers"],
        ["", "--aot"],
        ["", "--tests"],
        ["", "--authority GIVEN"],
        ["", "--audience GIVEN"],
        ["", "--dev-auth false"],
        ["", "--telemetry"],
        ["", "--docker"],
        ["", "--kubernetes"],
        ["", "--aspire"],
        ["", "--downstream"],
        ["", "--ci github"],
        ["", "--ai-hosts vscode"],
        ["", "--ai-hosts cursor"],
        ["", "--ai-hosts claude"],
        ["", "--exclude-launch-settings"],
        ["", "--framework net10.0"],
    ];

    /// <summary>Rows of these values with every pair of values of two options.</summary>
    public static string[][] PairRows { get; } = [.. Pairwise.Cover(Options, CanMeet)];

    public static Variant[] Pairs { get; } =
        [.. PairRows.Index().Select(row => new Variant($"pairs-{row.Index + 1}", GetArguments(row.Item)))];

    /// <summary>Each provider but the default one, with the values that a project there has.</summary>
    public static Variant[] Providers { get; } =
        [.. ProviderTable.All.Where(row => row.Name != "oidc").Select(row => row.Variant)];

    /// <summary>All that is built.</summary>
    public static Variant[] Built { get; } =
    [
        .. Reviewed,
        .. ProviderTable.All.Select(row => row.Variant),
        new("scalekit-controllers", "--provider", "scalekit", "--use-controllers", "--scopes", "files.read"),
        new("entra-aot", "--provider", "entra", "--aot", "--scopes", "files.read", "--dev-auth", "false"),
        new("keycloak-solution", "--provider", "keycloak", "--tests", "--scopes", "files.read files.write", "--audience", "files"),
        new("docker", "--docker"),
        new("docker-aot", "--docker", "--aot"),
        new("docker-tests", "--docker", "--tests"),
        .. Pairs,
    ];

    /// <summary>
    /// Those that "dotnet new" itself makes, with every option between them. All others are made in process, which is faster; a test says
    /// that these come out the same in both ways.
    /// </summary>
    public static Variant[] FrontDoor { get; } =
        [.. Reviewed, Pairs.First(variant => variant.HasAot && variant.Arguments.Contains("--framework"))];

    /// <summary>Ways to call mcp-oauth-tests.</summary>
    public static Variant[] TestProjects { get; } =
    [
        new("tests-beside", "--framework", "net10.0"),
        new("tests-of-a-solution", "--server", "../../src/TodoServer/TodoServer.csproj"),
        new("tests-without-hosting", "--hosting", "false"),
        new("tests-with-downstream", "--downstream"),
    ];

    /// <summary>Ways to call mcp-oauth-wiring and, with --scope, mcp-oauth-tool.</summary>
    public static Variant[] Items { get; } =
    [
        new("wired", "--scopes", "todo:read,todo:write", "--no-packages"),
        new("wired-invoices", "--scopes", "invoice:read invoice:approve", "--resource", "https://tools.contoso.com"),
        new(
            "wired-production-only", "--scopes", "files.read", "--dev-auth", "false", "--authority", "https://login.contoso.com/tenant",
            "--audience", "api://tools"),
        new("wired-downstream", "--scopes", "todo:read,todo:write", "--downstream"),
        .. Providers.Select(variant => new Variant("wired-" + variant.Name, [.. variant.Arguments, "--scopes", "todo:read,todo:write"])),
        new("tool", "--scope", "todo:archive", "--namespace", "Contoso.Todos"),
    ];

    /// <summary>Those of the items that "dotnet new" itself makes, with every option between them.</summary>
    public static Variant[] FrontDoorItems { get; } = [.. Items.Where(variant => !variant.Name.StartsWith("wired-", StringComparison.Ordinal)
        || variant.Name is "wired-invoices" or "wired-production-only" or "wired-scalekit" or "wired-downstream")];

    public static TheoryData<Variant> WiredRows => new(Items.Where(variant => variant.GetOption("--scope") is null));

    public static TheoryData<Variant> TestProjectRows => new(TestProjects);

    public static TheoryData<Variant> ReviewedRows => new(Reviewed);

    public static TheoryData<Variant> BuiltRows => new(Built);

    /// <summary>Whether the template takes these two together. RefusalTests say that it refuses the others.</summary>
    public static bool CanMeet(string value, string other) => !s_contradictions.Contains((value, other)) && !s_contradictions.Contains((other, value));

    private static string[] GetArguments(string[] row)
    {
        var arguments = string.Join(' ', row.Where(value => value.Length > 0));
        var provider = ProviderTable.All.Single(provider => provider.Name == (row[0].Split(' ').ElementAtOrDefault(1) ?? "oidc"));
        arguments = arguments
            .Replace("--authority GIVEN", $"--authority {provider.Issuer}", StringComparison.Ordinal)
            .Replace("--audience GIVEN", $"--audience {provider.Audience ?? "api://contoso-tools"}", StringComparison.Ordinal);

        // Without a host, the option means all of them.
        return (arguments.Contains("--ai-hosts", StringComparison.Ordinal) ? arguments : $"{arguments} --ai-hosts none").Trim().Split(' ');
    }
}
