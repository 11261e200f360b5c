using System.Globalization;
using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Infrastructure;
using McpOAuthTemplates.Tests.Wiring;

namespace McpOAuthTemplates.Tests.Skill;

/// <summary>What follows one request in SKILL.md: commands and edits, in their order.</summary>
internal sealed partial class SkillExample
{
    public const string NewServers = "New servers";
    public const string ExistingServers = "Existing servers";
    public const string AskOrRefuse = "Ask first, or refuse";

    private readonly List<ISkillStep> _steps = [];

    private SkillExample(string kind, Match example)
    {
        Kind = kind;
        Number = int.Parse(example.Groups["number"].Value, CultureInfo.InvariantCulture);
        var text = example.Groups["text"].Value;
        foreach (Match block in Block.Matches(text))
        {
            Add(block);
        }

        // No block has another form.
        Assert.DoesNotContain("```", Block.Replace(text, ""), StringComparison.Ordinal);
        if (Ask.Match(text) is { Success: true } question)
        {
            Question = question.Value;
        }
    }

    public static string File { get; } = Path.Combine(
        Repository.Root, ".github", "skills", "adding-mcp-oauth", "SKILL.md");

    public static IReadOnlyList<SkillExample> All { get; } = ReadAll();

    public int Number { get; }

    /// <summary>The heading above it.</summary>
    public string Kind { get; }

    public bool LeadsToServer => Kind != AskOrRefuse;

    /// <summary>What has to be asked.</summary>
    public string? Question { get; }

    /// <summary>What the last command says when it refuses.</summary>
    public string? Refusal { get; private set; }

    public IEnumerable<SkillCommand> Commands => _steps.OfType<SkillCommand>();

    /// <summary>The steps that make or change files.</summary>
    public IEnumerable<ISkillStep> Preparation =>
        _steps.Where(step => step is not SkillCommand { NeedsBuild: true });

    /// <summary>The commands that run what was built.</summary>
    public IEnumerable<SkillCommand> Runs => Commands.Where(command => command.NeedsBuild);

    private static List<SkillExample> ReadAll()
    {
        var skill = System.IO.File.ReadAllText(File);
        var chapters = skill[skill.IndexOf("\n## Ten requests\n", StringComparison.Ordinal)..];
        List<SkillExample> examples = [];
        foreach (Match chapter in Chapter.Matches(chapters))
        {
            var kind = chapter.Groups["kind"].Value;
            examples.AddRange(Example.Matches(chapter.Value).Select(match => new SkillExample(kind, match)));
        }

        return examples;
    }

    private void Add(Match block)
    {
        var groups = block.Groups;
        if (groups["commands"].Success)
        {
            _steps.AddRange(groups["commands"].Value.Split('\n').Select(SkillCommand.Parse));
            return;
        }

        if (groups["refusal"].Success)
        {
            Refusal = groups["refusal"].Value;
            return;
        }

        var edit = new Edit(groups["file"].Value, groups["before"].Value, groups["after"].Value);
        _steps.Add(new SkillEdit(edit));
    }

    [GeneratedRegex(@"^### (?<kind>.+)\n(?:(?!### |## ).*(?:\n|\z))*", RegexOptions.Multiline)]
    private static partial Regex Chapter { get; }

    [GeneratedRegex(
        "^#### (?<number>[0-9]+)\\. \".+\"\n(?<text>(?:(?!#).*(?:\n|\\z))*)",
        RegexOptions.Multiline)]
    private static partial Regex Example { get; }

    [GeneratedRegex(
        "^```shell\n(?<commands>.*?)\n```"
        + "|^```text\n(?<refusal>.*?)\n```"
        + "|^In `(?<file>[^`]+)`, replace\n\n```csharp\n(?<before>.*?)\n```"
        + "\n\nwith\n\n```csharp\n(?<after>.*?)\n```",
        RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block { get; }

    [GeneratedRegex(@"(?<=^> Ask: ).+\?", RegexOptions.Multiline)]
    private static partial Regex Ask { get; }
}
