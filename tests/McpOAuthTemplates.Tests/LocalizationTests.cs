using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests;

/// <summary>Lists, the help, dialogs and post actions speak the languages of the .NET SDK.</summary>
public sealed partial class LocalizationTests
{
    private static readonly string[] s_languages =
        ["cs", "de", "es", "fr", "it", "ja", "ko", "pl", "pt-BR", "ru", "tr", "zh-Hans", "zh-Hant"];

    /// <summary>Texts that are the same everywhere. They are in no file: the engine falls back to English.</summary>
    private static readonly string[] s_properNames =
    [
        ".NET 10", "Amazon Cognito", "Auth0", "Claude Code", "Claude Code: .mcp.json",
        "Cursor", "Cursor: .cursor/mcp.json", "Descope", "Duende IdentityServer",
        "GitHub Actions", "GitHub Actions: .github/workflows", "Keycloak", "Microsoft Entra ID",
        "Okta", "Scalekit", "Stytch", "Stytch Connected Apps", "VS Code",
        "VS Code: .vscode/mcp.json", "WorkOS AuthKit",
    ];

    private static readonly TemplateConfiguration[] s_templates =
        [.. TemplateConfiguration.All.Select(TemplateConfiguration.Read)];

    public static TheoryData<string> Languages => new(s_languages);

    [Fact]
    public void Each_template_has_each_language()
    {
        var files = s_languages.Select(language => $"templatestrings.{language}.json");

        Assert.All(s_templates, template =>
        {
            var folder = Path.Combine(template.ConfigurationDirectory, "localize");
            Assert.Equal(files, Repository.EnumerateFiles(folder));
        });
    }

    [Fact]
    public void Each_proper_name_is_used()
    {
        var texts = s_templates.SelectMany(template => template.Texts.Values);

        Assert.Empty(s_properNames.Except(texts));
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Each_text_is_translated_and_nothing_else(string language)
    {
        Assert.All(s_templates, template =>
        {
            var texts = template.Texts.Where(text => !s_properNames.Contains(text.Value));
            var translations = template.ReadTranslations(language);
            Assert.Equal(texts.Select(text => text.Key).Order(), translations.Keys.Order());
        });
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void No_translation_is_the_English_text(string language) =>
        Assert.All(Read(language), text => Assert.NotEqual(text.English, text.Other));

    [Theory]
    [MemberData(nameof(Languages))]
    public void The_same_text_has_one_translation(string language)
    {
        var translations = Read(language).ToLookup(text => text.English, text => text.Other);

        Assert.All(translations, translation => Assert.Single(translation.Distinct()));
    }

    /// <summary>The version of a package, for one, is so in the commands of each language.</summary>
    [Theory]
    [MemberData(nameof(Languages))]
    public void Code_commands_and_names_stay_as_they_are(string language)
    {
        Assert.All(Read(language), text =>
        {
            var parts = FixedPart.Matches(text.English).Select(match => match.Value).Append("\n");

            Assert.Equal(GetLinesOfCode(text.English), GetLinesOfCode(text.Other));
            Assert.All(parts, part =>
                Assert.Equal((part, Count(part, text.English)), (part, Count(part, text.Other))));
        });

        static IEnumerable<string> GetLinesOfCode(string text) =>
            text.Split('\n').Where(line => line.StartsWith("    ", StringComparison.Ordinal));

        static int Count(string part, string text) => text.Split(part).Length - 1;
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Sentences_end_and_names_do_not(string language)
    {
        Assert.All(Read(language), text =>
        {
            Assert.DoesNotMatch(@"^\s|[^\S\n]$|[^\S\n]\n|\t|\r|\uFFFD", text.Other);
            Assert.Equal(text.English.EndsWith('.'), EndOfSentence.IsMatch(text.Other));
        });
    }

    [Fact]
    public async Task The_engine_takes_each_language()
    {
        var expected =
            from template in s_templates
            from language in s_languages
            select $"{GetShortName(template)} {language}";
        var taken = await TemplateEngine.GetLanguagesAsync();

        Assert.Equal(expected.Order(), taken.Order());
    }

    /// <summary>In a home of its own: the engine keeps a list of its templates in the last language.</summary>
    [Fact]
    public async Task The_command_line_speaks_other_languages()
    {
        var home = Repository.CreateEmptyDirectory("localization-home");
        var installed = await RunAsync(home, "de", "install", Repository.Templates);
        var help = await RunAsync(home, "de", "mcp-oauth", "--help");
        var list = await RunAsync(home, "zh-Hans", "list", "mcp-oauth");

        Assert.DoesNotContain("LOC0", installed, StringComparison.Ordinal);
        AssertTranslated(Read("de").Where(IsInHelp), help);
        AssertTranslated(Read("zh-Hans").Where(text => text.Key == "name"), list);

        static bool IsInHelp(Translation text) =>
            text.Template == "mcp-oauth" && HelpKey.IsMatch(text.Key);
    }

    private static void AssertTranslated(IEnumerable<Translation> texts, string output)
    {
        // Where lines end depends on the terminal.
        var printed = Blanks.Replace(output, "");

        Assert.NotEmpty(texts);
        Assert.All(texts, text =>
        {
            Assert.Contains(Blanks.Replace(text.Other, ""), printed, StringComparison.Ordinal);
            Assert.DoesNotContain(
                Blanks.Replace(text.English, ""), printed, StringComparison.Ordinal);
        });
    }

    private static async Task<string> RunAsync(string home, string language, params string[] arguments)
    {
        var start = Dotnet.CreateStartInfo(Template.Sandbox, home, ["new", .. arguments]);
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = language;
        var result = await Dotnet.RunAsync(start);
        return result.ShouldSucceed().Text;
    }

    private static IEnumerable<Translation> Read(string language) =>
        from template in s_templates
        from translation in template.ReadTranslations(language)
        where template.Texts.ContainsKey(translation.Key)
        let english = template.Texts[translation.Key]
        select new Translation(GetShortName(template), translation.Key, english, translation.Value);

    private static string GetShortName(TemplateConfiguration template) =>
        (string)template.Root["shortName"]!;

    /// <summary>What template.json says, and what the file of a language says.</summary>
    private sealed record Translation(string Template, string Key, string English, string Other);

    [GeneratedRegex("""
        # Commands, options and URLs
        '[^']*' | ^dotnet(?:\x20\S+)+ | --[a-z-]+ | [a-z]+://[^\s,;]*\w
        # Code
        | \[\w+\(.*?\)\] | \.?\w+(?:[.<]\w+>?)*\((?:\.\.\.)?\);?
        # Files, packages, namespaces, templates, settings and variables
        | [\w./-]*\w\.(?:cs|csproj|json|md)\b | [A-Z]\w+(?:\.[A-Z]\w+)+ | \.Tests\b
        | \bmcp-oauth[\w-]* | OAuth:\w+ | \w+_\*
        # Scopes, claims, folders, numbers
        | [a-z]+:[a-z-]+(?:,[a-z]+:[a-z-]+)* | \b(?:aud|src|Hosting)\b
        | \bRFC\x20\d+ | \bnet\d+\.\d+ | \b\d{2,}
        # Products and protocols
        | OAuth\x202\.1 | OpenID\x20Connect | OpenTelemetry | NuGet | Kubernetes | Aspire | AppHost
        | Dockerfile | Keycloak | Okta | \bJWT\b | \bAOT\b | \bHTTP\b
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.Multiline)]
    private static partial Regex FixedPart { get; }

    [GeneratedRegex(@"[.。]\z")]
    private static partial Regex EndOfSentence { get; }

    [GeneratedRegex("^(?:author|name|description|symbols/.*/description)$")]
    private static partial Regex HelpKey { get; }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks { get; }
}
