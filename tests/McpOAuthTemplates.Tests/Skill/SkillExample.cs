using System.Globalization;
using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Infrastructure;
using McpOAuthTemplates.Tests.Wiring;

namespace McpOAuthTemplates.Tests.Skill;

/// <summary>What follows one request in SKILL.md: commands and edits, in their order.</summary>
/// <param name="Kind">The heading above it.</param>
/// <param name="Question">What has to be asked.</param>
/// <param name="Refusal">What the last command says when it refuses.</param>
internal sealed partial record SkillExample(
    int Number, string Request, string Kind, IReadOnlyList<ISkillStep> Steps, string? Question, string? Refusal)
{
    public const string NewServers = "New servers";
    public const string ExistingServers = "Existing servers";
    public const string AskOrRefuse = "Ask first, or refuse";

    public static string File { get; } = Path.Combine(
        Repository.Root, ".github", "skills", "adding-mcp-oauth", "SKILL.md");

    public static IReadOnlyList<SkillExample> All { get; } = ReadAll(System.IO.File.ReadAllText(File));

    public IEnumerable<SkillCommand> Commands => Steps.OfType<SkillCommand>();

    /// <summary>The steps that make or change files.</summary>
    public IEnumerable<ISkillStep> Preparation => Steps.Where(step => step is not SkillCommand { NeedsBuild: true });

    /// <summary>The commands that run what was built.</summary>
    public IEnumerable<SkillCommand> Runs => Commands.Where(command => command.NeedsBuild);

    private static List<SkillExample> ReadAll(string skill)
    {
        List<SkillExample> examples = [];
        foreach (Match chapter in Chapter.Matches(skill[skill.IndexOf("\n## Ten requests\n", StringComparison.Ordinal)..]))
        {
            examples.AddRange(Example.Matches(chapter.Value).Select(match => Read(chapter.Groups["kind"].Value, match)));
        }

        return examples;
    }

    private static SkillExample Read(string kind, Match example)
    {
        var text = example.Groups["text"].Value;
        List<ISkillStep> steps = [];
        string? refusal = null;
        foreach (Match match in Block.Matches(text))
        {
            if (match.Groups["commands"].Success)
            {
                steps.AddRange(match.Groups["commands"].Value.Split('\n').Select(SkillCommand.Parse));
            }
            else if (match.Groups["file"].Success)
            {
                steps.Add(new SkillEdit(new Edit(
                    match.Groups["file"].Value, match.Groups["before"].Value, match.Groups["after"].Value)));
            }
            else
            {
                refusal = match.Groups["refusal"].Value;
            }
        }

        Assert.DoesNotContain("```", Block.Replace(text, ""), StringComparison.Ordinal); // No block is of another form.
        var question = Ask.Match(text);
        var number = int.Parse(example.Groups["number"].Value, CultureInfo.InvariantCulture);
        return new SkillExample(
            number, example.Groups["request"].Value, kind, steps,
            question.Success ? question.Groups["question"].Value : null, refusal);
    }

    [GeneratedRegex(@"^### (?<kind>.+)\n(?:(?!### |## ).*(?:\n|\z))*", RegexOptions.Multiline)]
    private static partial Regex Chapter { get; }

    [GeneratedRegex("^#### (?<number>[0-9]+)\\. \"(?<request>.+)\"\n(?<text>(?:(?!#).*(?:\n|\\z))*)", RegexOptions.Multiline)]
    private static partial Regex Example { get; }

    [GeneratedRegex(
        "^```shell\n(?<commands>.*?)\n```"
        + "|^In `(?<file>[^`]+)`, replace\n\n```csharp\n(?<before>.*?)\n```\n\nby\n\n```csharp\n(?<after>.*?)\n```"
        + "|^```text\n(?<refusal>.*?)\n```",
        RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block { get; }

    [GeneratedRegex(@"^> Ask: (?<question>.+\?)", RegexOptions.Multiline)]
    private static partial Regex Ask { get; }
}

internal interface ISkillStep;

/// <summary>A place in a file, and what stands there then.</summary>
internal sealed record SkillEdit(Edit Edit) : ISkillStep;

/// <summary>A command line, as its words.</summary>
internal sealed partial record SkillCommand(IReadOnlyList<string> Words) : ISkillStep
{
    public bool IsRun => Words[1] == "run";

    public bool IsTest => Words[1] == "test";

    public bool IsVerify => Words[1].EndsWith("verify.cs", StringComparison.Ordinal);

    public bool IsUpdate => Words[1] == ".mcp-oauth/update.cs";

    public bool IsRestore => Words[1] == "restore";

    /// <summary>The short name of the template, if it creates something.</summary>
    public string? Template => Words[1] == "new" ? Words[2] : null;

    public bool NeedsBuild => IsRun || IsTest || IsVerify;

    public static SkillCommand Parse(string line)
    {
        var words = Word.Matches(line).Select(match => match.Value.Trim('"')).ToArray();
        Assert.True(words.Length > 1 && words[0] == "dotnet", $"This is no command of dotnet: {line}");
        return new SkillCommand(words);
    }

    /// <summary>The value of an option.</summary>
    public string? GetOption(string name) => Words.SkipWhile(word => word != name).ElementAtOrDefault(1);

    [GeneratedRegex("\"[^\"]*\"|[^\\s\"]+")]
    private static partial Regex Word { get; }
}
