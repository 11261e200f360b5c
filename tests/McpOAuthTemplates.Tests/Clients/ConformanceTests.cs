using DiffPlex.Renderer;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Clients;

/// <summary>The results of the conformance suite are those that were reviewed, and those that .github/conformance.md states.</summary>
public sealed class ConformanceTests : IClassFixture<Conformance>
{
    private const string Begin = "<!-- conformance: written by ConformanceTests -->\n";
    private const string End = "<!-- /conformance -->\n";

    private readonly Conformance _conformance;

    public ConformanceTests(Conformance conformance)
    {
        Skip.If(NodeTools.SkipReason is not null, NodeTools.SkipReason);
        _conformance = conformance;
    }

    [SkippableFact]
    public void Each_scenario_has_the_reviewed_number_of_checks() =>
        Match(Path.Combine(Repository.TestProject, "Clients", "conformance.json"), _ => _conformance.Results);

    [SkippableFact]
    public void The_page_has_the_numbers_of_this_run() => Match(Path.Combine(Repository.Root, ".github", "conformance.md"), page =>
    {
        var parts = page.Split(Begin);
        Assert.True(
            parts.Length == 2 && parts[1].Contains(End, StringComparison.Ordinal),
            $"There is no place between {Begin} and {End}");
        return parts[0] + Begin + _conformance.Summary + End + parts[1].Split(End, 2)[1];
    });

    private static void Match(string file, Func<string, string> getExpected)
    {
        var accept = Environment.GetEnvironmentVariable("ACCEPT_CONFORMANCE") == "1";
        Assert.False(accept && Repository.IsCI, "A person who has read the differences accepts them; CI cannot.");

        var before = File.Exists(file) ? File.ReadAllText(file) : "";
        var after = getExpected(before);
        if (accept)
        {
            File.WriteAllText(file, after);
        }

        var name = Path.GetFileName(file);
        Assert.True(accept || before == after, "Conformance is not as reviewed. To accept it: ACCEPT_CONFORMANCE=1 dotnet test "
            + "tests/McpOAuthTemplates.Tests --filter ConformanceTests\n\n"
            + UnidiffRenderer.GenerateUnidiff(before, after, name, name, ignoreWhitespace: false));
    }
}
