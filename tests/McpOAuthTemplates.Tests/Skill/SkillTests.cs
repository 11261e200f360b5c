using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Infrastructure;
using McpOAuthTemplates.Tests.Wiring;
using YamlDotNet.RepresentationModel;

namespace McpOAuthTemplates.Tests.Skill;

/// <summary>
/// SKILL.md for coding agents: its form, and what comes of the commands that it gives for ten requests. Who follows
/// it gets a server that passes its checks, or a refusal.
/// </summary>
public sealed partial class SkillTests
{
    public static TheoryData<int> Servers => Select(example => example.LeadsToServer);

    public static TheoryData<int> Refused => Select(example => example.Refusal is not null);

    [Fact]
    public void There_are_three_new_four_existing_and_three_to_ask_or_refuse()
    {
        var kinds = SkillExample.All.CountBy(example => example.Kind).ToDictionary();

        Assert.Equal(3, kinds[SkillExample.NewServers]);
        Assert.Equal(4, kinds[SkillExample.ExistingServers]);
        Assert.Equal(3, kinds[SkillExample.AskOrRefuse]);
        Assert.Equal(Enumerable.Range(1, 10), SkillExample.All.Select(example => example.Number));
    }

    [Fact]
    public void Each_runs_and_checks_a_server_or_asks() => Assert.All(SkillExample.All, example =>
    {
        Assert.NotEmpty(example.Preparation);
        Assert.Equal(example.LeadsToServer, example.Runs.Any(command => command.IsRun));
        Assert.Equal(example.LeadsToServer, example.Runs.Any(command => command.IsVerify));
        Assert.Equal(!example.LeadsToServer, example.Question is not null);
    });

    [Fact]
    public void Two_are_refused() => Assert.Equal(2, Refused.Count);

    [Fact]
    public void Each_template_has_a_request()
    {
        var commands = SkillExample.All.SelectMany(example => example.Commands);
        var used = commands.Select(command => command.Template).OfType<string>().Distinct();

        Assert.Equal(TemplateConfiguration.All.Order(), used.Order());
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_request_leads_to_a_server_that_passes_its_checks(int number)
    {
        var result = await SkillServers.GetResultAsync(number);

        Assert.Empty(result.Checks.Failed);
        Assert.True(result.Checks.ExitCode == 0, result.Checks.Command.Text);
        Assert.Contains("token-scopes", result.Checks.Checks.Keys); // It has signed in.
        Assert.All(result.Tests, test => Assert.Equal("Passed " + test.Method, $"{test.Outcome} {test.Method}"));
    }

    [Fact]
    public async Task The_request_for_tests_runs_them() =>
        Assert.InRange((await SkillServers.GetResultAsync(6)).Tests.Count, 16, 1000);

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_request_that_cannot_work_is_refused_before_a_file_is_written(int number)
    {
        var example = Find(number);
        var folder = Directory.CreateDirectory(SkillWorkspace.GetFolder(number, "NotesServer")).FullName;
        if (example.Commands.Any(command => command.IsRestore))
        {
            await WriteStdioServerAsync(folder);
        }

        var before = WiredFolder.ReadAll(folder);
        var result = await SkillWorkspace.CreateAsync(folder, example.Commands.Last());

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(example.Refusal!, Blanks.Replace(result.Text, " "), StringComparison.Ordinal);
        Assert.Equal(before, WiredFolder.ReadAll(folder));
    }

    [Fact]
    public async Task A_request_that_needs_an_answer_goes_on_with_it()
    {
        var example = SkillExample.All.Single(example => example.Question is not null && example.Refusal is null);
        var folder = await SkillWorkspace.CreateTodoServerAsync(example.Number);
        await SkillWorkspace.RestoreAsync(folder);
        var command = Assert.Single(example.Commands);
        (await SkillWorkspace.CreateAsync(folder, command)).ShouldSucceed();

        var tool = await File.ReadAllTextAsync(
            Path.Combine(folder, "Tools", command.GetOption("-n") + "Tools.cs"));
        Assert.Contains("namespace TodoServer.Tools;", tool, StringComparison.Ordinal);
        Assert.Contains($"[RequireScope(\"{command.GetOption("--scope")}\")]", tool, StringComparison.Ordinal);
    }

    /// <summary>The format of https://agentskills.io/specification.</summary>
    [Fact]
    public void Its_head_is_that_of_an_agent_skill()
    {
        var skill = File.ReadAllText(SkillExample.File);
        var head = ReadYaml(Head.Match(skill).Groups[1].Value);
        string[] members = ["name", "description", "license", "compatibility"];

        Assert.Equal(members, head.Children.Keys.Select(key => (string)key!));
        Assert.Equal(Path.GetFileName(Path.GetDirectoryName(SkillExample.File)), (string)head["name"]!);
        Assert.InRange(((string)head["description"]!).Length, 100, 1024);
        Assert.Contains("Use it to ", (string)head["description"]!, StringComparison.Ordinal);
        Assert.InRange(((string)head["compatibility"]!).Length, 1, 500);
        Assert.InRange(skill.Split('\n').Length, 100, 500);
    }

    private static TheoryData<int> Select(Func<SkillExample, bool> condition) =>
        new(SkillExample.All.Where(condition).Select(example => example.Number));

    private static SkillExample Find(int number) => SkillExample.All.Single(example => example.Number == number);

    private static async Task WriteStdioServerAsync(string folder)
    {
        var project = ProjectFile.Web.Replace(".Web\"", "\"", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(folder, "NotesServer.csproj"), project);
        await SkillWorkspace.RestoreAsync(folder);
    }

    private static YamlMappingNode ReadYaml(string text)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        return (YamlMappingNode)yaml.Documents.Single().RootNode;
    }

    [GeneratedRegex(@"\A---\n(.*?)\n---\n", RegexOptions.Singleline)]
    private static partial Regex Head { get; }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks { get; }
}
