using System.Reflection;
using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests;

/// <summary>Each numbered sentence of THREAT-MODEL.md has its tests in SECURITY.md, and these tests are there.</summary>
public sealed partial class ThreatModelTests
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(Repository.Templates, "mcp-oauth", "THREAT-MODEL.md"));

    private static readonly string s_policy = File.ReadAllText(Path.Combine(Repository.Root, ".github", "SECURITY.md"));

    private static readonly string[] s_namedTests = [.. NamedTest.Matches(s_policy).Select(match => match.Groups[1].Value)];

    [Fact]
    public void Each_sentence_names_its_tests()
    {
        var sentences = FindSentences(s_page);
        var rows = Row.Matches(s_policy).ToDictionary(row => row.Groups[1].Value, row => row.Groups[2].Value);

        Assert.True(sentences.Length > 20);
        Assert.Equal(sentences.Distinct(), sentences);
        Assert.Equal(sentences, rows.Keys);
        Assert.All(rows.Values, tests => Assert.Matches(NamedTest, tests));
    }

    [Fact]
    public void Each_named_test_is_there()
    {
        var tests =
            from type in FindTypes()
            from method in type.GetMethods()
            where method.IsDefined(typeof(FactAttribute), inherit: true)
            select $"{type.FullName}.{method.Name}"["McpOAuthTemplates.Tests.".Length..];

        Assert.Empty(s_namedTests.Except(tests));
    }

    // A few types have bases in the template engine, which may not be loaded yet: no tests are in them.
    private static IEnumerable<Type> FindTypes()
    {
        try
        {
            return typeof(ThreatModelTests).Assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException exception)
        {
            return exception.Types.OfType<Type>();
        }
    }

    /// <summary>What was not chosen is no threat.</summary>
    [Theory]
    [MemberData(nameof(Variants.BuiltRows), MemberType = typeof(Variants))]
    public async Task A_project_has_the_sentences_about_what_is_in_it(Variant variant)
    {
        var project = await Template.CreateAsync(variant);
        (string Sentence, bool IsThere)[] conditional =
        [
            ("L3", variant.HasTelemetry),
            .. from number in Enumerable.Range(1, 4) select ($"A{number}", variant.HasDownstream),
            .. from number in Enumerable.Range(1, 4) select ($"R{number}", variant.Provider == "entra"),
            ("O4", variant.HasDocker),
            ("O5", variant.HasKubernetes),
            ("O6", variant.HasCI && !variant.HasAot),
            ("O7", variant.HasCI),
            ("O8", variant.HasCI),
            .. from number in Enumerable.Range(1, 5) select ($"D{number}", variant.HasDevAuth),
        ];
        var absent = conditional.Where(row => !row.IsThere).Select(row => row.Sentence);

        Assert.Equal(FindSentences(s_page).Except(absent), FindSentences(project.Read("THREAT-MODEL.md")));
        Assert.Contains("](THREAT-MODEL.md)", project.Read("README.md"), StringComparison.Ordinal);
    }

    private static string[] FindSentences(string page) => [.. Sentence.Matches(page).Select(match => match.Groups[1].Value)];

    [GeneratedRegex(@"^\| ([A-Z][0-9]+) \| [^|]+\. \|$", RegexOptions.Multiline)]
    private static partial Regex Sentence { get; }

    [GeneratedRegex(@"^\| ([A-Z][0-9]+) \| (.+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row { get; }

    [GeneratedRegex(@"`((?:\w+\.)?\w+Tests\.\w+)`")]
    private static partial Regex NamedTest { get; }
}
