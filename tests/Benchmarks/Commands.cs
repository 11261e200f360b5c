using System.Diagnostics;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Benchmarks;

/// <summary>How long "dotnet new" and "dotnet build" take, next to the templates of the SDK.</summary>
internal static class Commands
{
    private static readonly string[][] s_templates = [["webapi"], ["mcp-oauth"], ["mcpserver", "--transport", "remote"]];

    public static IReadOnlyList<string> Templates { get; } = [.. s_templates.Select(template => template[0])];

    /// <summary>For each template, the times in relation to the first one, round by round.</summary>
    public static async Task<(Sample[] New, Sample[] Build)> MeasureAsync(int rounds)
    {
        var create = s_templates.Select(_ => new Sample()).ToArray();
        var build = s_templates.Select(_ => new Sample()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            var first = (New: 0.0, Build: 0.0);
            for (var i = 0; i < s_templates.Length; i++)
            {
                var folder = Path.Combine(Template.Sandbox, $"command-{s_templates[i][0]}-{round}");
                var newTime = await TimeAsync(() => Template.RunAsync(
                    Template.Sandbox, [.. s_templates[i], "-n", "Sample", "-o", folder, "--no-restore", "--no-update-check"]));

                // The server of the SDK is made for packages of all platforms; a plain build is what is compared.
                string[] arguments = [Path.Combine(folder, "Sample.csproj"), "-p:SelfContained=false", "-p:RuntimeIdentifiers="];
                await TimeAsync(() => Dotnet.RunAsync(folder, ["restore", .. arguments]));
                var buildTime = await TimeAsync(() => Dotnet.RunAsync(folder, ["build", .. arguments]));
                first = i == 0 ? (newTime, buildTime) : first;
                create[i].Add(newTime / first.New);
                build[i].Add(buildTime / first.Build);
            }
        }

        return (create, build);
    }

    private static async Task<double> TimeAsync(Func<Task<CommandResult>> command)
    {
        var watch = Stopwatch.StartNew();
        (await command()).ShouldSucceed();
        return watch.Elapsed.TotalSeconds;
    }
}
