using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Wiring;

namespace McpOAuthTemplates.Tests.Skill;

/// <summary>A step that follows a request in SKILL.md.</summary>
internal interface ISkillStep;

/// <summary>A place in a file, and what stands there then.</summary>
internal sealed record SkillEdit(Edit Edit) : ISkillStep;

/// <summary>A command line of dotnet, as its words.</summary>
internal sealed partial record SkillCommand(IReadOnlyList<string> Words) : ISkillStep
{
    public bool IsRun => Words[1] == "run";

    public bool IsTest => Words[1] == "test";

    public bool IsVerify => Words[1].EndsWith("verify.cs", StringComparison.Ordinal);

    public bool IsUpdate => Words[1] == ".mcp-oauth/update.cs";

    public bool IsRestore => Words[1] == "restore";

    public bool NeedsBuild => IsRun || IsTest || IsVerify;

    /// <summary>The short name of the template, if it creates something.</summary>
    public string? Template => Words[1] == "new" ? Words[2] : null;

    public static SkillCommand Parse(string line)
    {
        var words = Word.Matches(line).Select(match => match.Value.Trim('"')).ToArray();
        Assert.True(words.Length > 1 && words[0] == "dotnet", $"No command of dotnet: {line}");
        return new SkillCommand(words);
    }

    /// <summary>The value of an option, or null.</summary>
    public string? GetOption(string name) => Words.SkipWhile(word => word != name).ElementAtOrDefault(1);

    [GeneratedRegex("\"[^\"]*\"|[^\\s\"]+")]
    private static partial Regex Word { get; }
}
