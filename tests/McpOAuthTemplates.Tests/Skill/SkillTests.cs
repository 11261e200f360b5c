using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Infrastructure;
using McpOAuthTemplates.Tests.Wiring;
using YamlDotNet.RepresentationModel;

namespace McpOAuthTemplates.Tests.Skill;

/// <summary>
/// SKILL.md for coding agents: its form, and what comes of the commands that it gives for ten requests. Somebody who follows it gets a
/// server that passes its checks, or a refusal.
/// </summary>
public sealed partial class SkillTests
{
    public static TheoryData<int> Servers => new(SkillExample.All
        .Where(example => example.Kind != SkillExample.AskOrRefuse).Select(example => example.Number));

    public static TheoryData<int> Refused => new(SkillExample.All
        .Where(example => example.Refusal is not null).Select(example => example.Number));

    [Fact]
    public void There_are_three_new_four_existing_and_three_to_ask_or_refuse()
    {
        var kinds = SkillExample.All.GroupBy(example => example.Kind).Select(kind => (kind.Key, kind.Count()));

        Assert.Equal(
            [(SkillExample.NewServers, 3), (SkillExample.ExistingServers, 4), (SkillExample.AskOrRefuse, 3)], kinds);
        Assert.Equal(Enumerable.Range(1, 10), SkillExample.All.Select(example => example.Number));
    }

    /// <summary>Each that leads to a server runs it and checks it, and the others ask or are refused.</summary>
    [Fact]
    public void Each_has_what_its_kind_needs()
    {
        foreach (var example in SkillExample.All)
        {
            var isBuilt = example.Kind != SkillExample.AskOrRefuse;
            Assert.Equal(isBuilt ? 1 : 0, example.Runs.Count(command => command.IsRun));
            Assert.Equal(isBuilt ? 1 : 0, example.Runs.Count(command => command.IsVerify));
            Assert.Equal(!isBuilt, example.Question is not null);
            Assert.NotEmpty(example.Preparation);
        }

        Assert.Equal(2, Refused.Count);
    }

    /// <summary>Between them, the requests on existing servers need each item template.</summary>
    [Fact]
    public void Each_template_has_a_request()
    {
        var used = SkillExample.All.SelectMany(example => example.Commands).Select(command => command.Template).OfType<string>();

        Assert.Equal(TemplateConfiguration.All.Order(), used.Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_request_leads_to_a_server_that_passes_its_checks(int number)
    {
        var result = await SkillServers.GetResultAsync(number);

        Assert.Empty(result.Checks.Failed);
        Assert.True(result.Checks.ExitCode == 0, result.Checks.Command.Text);
        Assert.Contains("token-scopes", result.Checks.Checks.Keys); // It has signed in.
        Assert.All(result.Tests, test => Assert.True(test.Outcome == "Passed", $"{test.Method}\n{test.Message}"));
        Assert.Equal(number == 6, result.Tests.Count > 15);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_request_that_cannot_work_is_refused_before_a_file_is_written(int number)
    {
        var example = SkillExample.All.Single(example => example.Number == number);
        var folder = Directory.CreateDirectory(SkillServers.GetFolder(number, "NotesServer")).FullName;
        if (example.Commands.Any(command => command.IsRestore))
        {
            var stdio = ProjectFile.Web.Replace("Microsoft.NET.Sdk.Web", "Microsoft.NET.Sdk", StringComparison.Ordinal);
            await File.WriteAllTextAsync(Path.Combine(folder, "NotesServer.csproj"), stdio);
            (await Dotnet.RunAsync(folder, "restore")).ShouldSucceed();
        }

        var before = WiredFolder.ReadAll(folder);
        var result = await SkillServers.CreateAsync(folder, example.Commands.Last());

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(example.Refusal!, Blanks.Replace(result.Text, " "), StringComparison.Ordinal);
        Assert.Equal(before, WiredFolder.ReadAll(folder));
    }

    /// <summary>The answer to the question is in the command.</summary>
    [Fact]
    public async Task A_request_that_needs_an_answer_goes_on_with_it()
    {
        var example = SkillExample.All.Single(example => example.Question is not null && example.Refusal is null);
        var folder = await SkillServers.CreateTodoServerAsync(example.Number);
        var command = Assert.Single(example.Commands);
        (await SkillServers.CreateAsync(folder, command)).ShouldSucceed();

        var tool = await File.ReadAllTextAsync(Path.Combine(folder, "Tools", command.GetOption("-n") + "Tools.cs"));
        Assert.Contains($"[RequireScope(\"{command.GetOption("--scope")}\")]", tool, StringComparison.Ordinal);
        Assert.Contains("namespace TodoServer.Tools;", tool, StringComparison.Ordinal);
    }

    /// <summary>The format of agent skills: a name like that of the folder, and a description that says when to use it.</summary>
    [Fact]
    public void Its_head_is_that_of_an_agent_skill()
    {
        var skill = File.ReadAllText(SkillExample.File);
        var yaml = new YamlStream();
        yaml.Load(new StringReader(Head.Match(skill).Groups[1].Value));
        var head = (YamlMappingNode)yaml.Documents.Single().RootNode;
        string[] members = ["name", "description", "license", "compatibility"];

        Assert.Equal(members, head.Children.Keys.Select(key => (string)key!));
        Assert.Equal(Path.GetFileName(Path.GetDirectoryName(SkillExample.File)), (string)head["name"]!);
        Assert.InRange(((string)head["description"]!).Length, 100, 1024);
        Assert.Contains("Use it to ", (string)head["description"]!, StringComparison.Ordinal);
        Assert.InRange(((string)head["compatibility"]!).Length, 1, 500);
        Assert.InRange(skill.Split('\n').Length, 100, 500);
    }

    [GeneratedRegex(@"\A---\n(.*?)\n---\n", RegexOptions.Singleline)]
    private static partial Regex Head { get; }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks { get; }
}
