using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests;

/// <summary>What lists, the help, dialogs and post actions say is there in each language of the .NET SDK.</summary>
public sealed partial class LocalizationTests
{
    private static readonly string[] s_languages =
        ["cs", "de", "es", "fr", "it", "ja", "ko", "pl", "pt-BR", "ru", "tr", "zh-Hans", "zh-Hant"];

    /// <summary>Texts that are the same in each language, and in no file: the engine takes what template.json says.</summary>
    private static readonly string[] s_properNames =
    [
        ".NET 10", "Amazon Cognito", "Auth0", "Claude Code", "Claude Code: .mcp.json", "Cursor", "Cursor: .cursor/mcp.json",
        "Descope", "Duende IdentityServer", "GitHub Actions", "GitHub Actions: .github/workflows", "Keycloak",
        "Microsoft Entra ID", "Okta", "Scalekit", "Stytch", "Stytch Connected Apps", "VS Code", "VS Code: .vscode/mcp.json",
        "WorkOS AuthKit",
    ];

    private static readonly TemplateConfiguration[] s_templates =
        [.. TemplateConfiguration.All.Select(TemplateConfiguration.Read)];

    public static TheoryData<string> Languages => new(s_languages);

    [Fact]
    public void Each_template_has_each_language()
    {
        var expected = s_languages.Select(language => $"templatestrings.{language}.json");

        Assert.All(s_templates, template =>
            Assert.Equal(expected, Repository.EnumerateFiles(Path.Combine(template.ConfigurationDirectory, "localize"))));
    }

    [Fact]
    public void Each_proper_name_is_used() =>
        Assert.Empty(s_properNames.Except(s_templates.SelectMany(template => template.Texts).Select(text => text.Text)));

    [Theory]
    [MemberData(nameof(Languages))]
    public void Each_text_is_translated_and_nothing_else(string language) => Assert.All(s_templates, template =>
        Assert.Equal(
            GetTranslated(template).Select(text => text.Key).Order(StringComparer.Ordinal),
            template.ReadTranslations(language).Keys.Order(StringComparer.Ordinal)));

    [Theory]
    [MemberData(nameof(Languages))]
    public void No_translation_is_the_English_text(string language) =>
        Assert.All(ReadPairs(language), pair => Assert.NotEqual(pair.Text.English, pair.Text.Other));

    [Theory]
    [MemberData(nameof(Languages))]
    public void The_same_text_has_one_translation(string language) =>
        Assert.All(ReadPairs(language).ToLookup(pair => pair.Text.English, pair => pair.Text.Other), texts =>
            Assert.Single(texts.Distinct()));

    /// <summary>When a package is updated, its version is so in each language.</summary>
    [Theory]
    [MemberData(nameof(Languages))]
    public void Code_commands_and_names_are_the_same(string language) => Assert.All(ReadPairs(language), pair =>
    {
        var (english, other) = pair.Text;
        var words = FixedText.Matches(english).Select(match => match.Value).Distinct();

        Assert.Equal(english.Split('\n').Length, other.Split('\n').Length);
        Assert.Equal(GetLinesOfCode(english), GetLinesOfCode(other));
        Assert.All(words, word => Assert.Equal((word, Count(english, word)), (word, Count(other, word))));
    });

    [Theory]
    [MemberData(nameof(Languages))]
    public void Texts_are_written_like_those_of_template_json(string language) => Assert.All(ReadPairs(language), pair =>
    {
        var (english, other) = pair.Text;

        Assert.DoesNotMatch(@"^\s|[^\S\n]$|[^\S\n]\n|\t|\r|\uFFFD", other);
        Assert.Equal(english.EndsWith('.'), EndOfSentence.IsMatch(other));
    });

    [Fact]
    public async Task The_engine_takes_each_language()
    {
        var expected =
            from template in s_templates
            from language in s_languages
            select $"{template.Root["shortName"]} {language}";

        Assert.Equal(expected.Order(StringComparer.Ordinal), (await TemplateEngine.GetLanguagesAsync()).Order(StringComparer.Ordinal));
    }

    /// <summary>In a home of its own: the templates that the engine remembers are those of one language.</summary>
    [Fact]
    public async Task The_command_line_speaks_other_languages()
    {
        var home = Repository.CreateEmptyDirectory("localization-home");
        var installed = await RunAsync(home, "de", "install", Repository.Templates);
        var help = await RunAsync(home, "de", "mcp-oauth", "--help");
        var list = await RunAsync(home, "zh-Hans", "list", "mcp-oauth");

        var texts = ReadPairs("de").Where(pair => IsInHelp(pair)).Select(pair => pair.Text).ToArray();
        var names = ReadPairs("zh-Hans").Where(pair => pair.Key == "name").Select(pair => pair.Text).ToArray();
        Assert.DoesNotContain("LOC0", installed, StringComparison.Ordinal);
        AssertTranslated(texts, help);
        AssertTranslated(names, list);
        Assert.True(texts.Length > 25, $"{texts.Length} texts");
        Assert.Equal(s_templates.Length, names.Length);

        static bool IsInHelp((string Template, string Key, Translation Text) pair) =>
            pair.Template == "mcp-oauth" && HelpKey.IsMatch(pair.Key);
    }

    private static void AssertTranslated(IReadOnlyList<Translation> texts, string output)
    {
        // Lines end where the terminal does.
        var printed = Blanks.Replace(output, "");

        Assert.All(texts, text =>
        {
            Assert.Contains(Blanks.Replace(text.Other, ""), printed, StringComparison.Ordinal);
            Assert.DoesNotContain(Blanks.Replace(text.English, ""), printed, StringComparison.Ordinal);
        });
    }

    private static async Task<string> RunAsync(string home, string language, params string[] arguments)
    {
        var start = Dotnet.CreateStartInfo(Template.Sandbox, home, ["new", .. arguments]);
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = language;
        return (await Dotnet.RunAsync(start)).ShouldSucceed().Text;
    }

    private static IEnumerable<(string Template, string Key, Translation Text)> ReadPairs(string language) =>
        from template in s_templates
        let translations = template.ReadTranslations(language)
        from text in GetTranslated(template)
        where translations.ContainsKey(text.Key)
        select ((string)template.Root["shortName"]!, text.Key, new Translation(text.Text, translations[text.Key]));

    private static IEnumerable<(string Key, string Text)> GetTranslated(TemplateConfiguration template) =>
        template.Texts.Where(text => !s_properNames.Contains(text.Text));

    private static IEnumerable<string> GetLinesOfCode(string text) =>
        text.Split('\n').Where(line => line.StartsWith("    ", StringComparison.Ordinal));

    private static int Count(string text, string word) => text.Split(word).Length - 1;

    /// <summary>A text of template.json, and what a file of a language has for it.</summary>
    private sealed record Translation(string English, string Other);

    // Commands, code, names of files, options, settings and packages, URLs, scopes, and what is a name in any language.
    [GeneratedRegex("""
        '[^']*' | ^dotnet(?:\x20\S+)+ | \[\w+\(.*?\)\] | \.?\w+(?:[.<]\w+>?)*\((?:\.\.\.)?\);?
        | [\w./-]*\w\.(?:cs|csproj|json|md)\b | [A-Z]\w+(?:\.[A-Z]\w+)+ | \.Tests\b
        | --[a-z-]+ | OAuth:\w+ | [a-z]+://[^\s,;]*\w | [a-z]+:[a-z-]+(?:,[a-z]+:[a-z-]+)* | \bmcp-oauth[\w-]*
        | \w+_\* | \bRFC\x20\d+ | \bnet\d+\.\d+ | \b\d{2,} | \b(?:aud|src)\b
        | OAuth\x202\.1 | OpenID\x20Connect | OpenTelemetry | NuGet | Kubernetes | Aspire | AppHost | Dockerfile
        | Keycloak | Okta | \bJWT\b | \bAOT\b | \bHTTP\b | \bHosting\b
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.Multiline)]
    private static partial Regex FixedText { get; }

    [GeneratedRegex(@"[.。]\z")]
    private static partial Regex EndOfSentence { get; }

    [GeneratedRegex("^(?:author|name|description|symbols/.*/description)$")]
    private static partial Regex HelpKey { get; }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks { get; }
}
