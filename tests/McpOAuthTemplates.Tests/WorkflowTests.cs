using McpOAuthTemplates.Tests.Infrastructure;
using YamlDotNet.RepresentationModel;

namespace McpOAuthTemplates.Tests;

/// <summary>The workflows of a generated project without GitHub: they are linted, read, and their steps are run.</summary>
public sealed class WorkflowTests
{
    private static readonly Lazy<Workflow[]> s_own = new(() => ReadWorkflows(Repository.Root));

    public static TheoryData<Variant> Rows => new(Variants.Built.Where(variant => variant.HasCI));

    [SkippableTheory]
    [MemberData(nameof(Rows))]
    public async Task Actionlint_has_nothing_to_say(Variant variant) =>
        await AssertLintedAsync((await Template.CreateAsync(variant)).Directory);

    [SkippableFact]
    public Task Actionlint_has_nothing_to_say_of_our_own() => AssertLintedAsync(Repository.Root);

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task They_may_read_the_code_and_nothing_else(Variant variant)
    {
        var project = await Template.CreateAsync(variant);
        var workflows = ReadWorkflows(project.Directory);

        Assert.Equal(["ci", "verify"], workflows.Select(workflow => workflow.Name));
        Assert.Contains("verify.cs", project.Files); // That is what "verify" runs.
        Assert.All(workflows, workflow =>
        {
            Assert.Equal(["contents: read"], workflow.Permissions);
            Assert.NotEmpty(workflow.Commands);

            // What stands in an expression could be a command.
            Assert.DoesNotContain(workflow.Commands, step => step.Command.Contains("${{", StringComparison.Ordinal));
        });
    }

    /// <summary>Dependabot keeps ours up to date, and cannot see those of the template.</summary>
    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Their_actions_have_the_versions_of_our_own(Variant variant)
    {
        var workflows = ReadWorkflows((await Template.CreateAsync(variant)).Directory);

        Assert.Empty(workflows.SelectMany(workflow => workflow.Actions).Except(s_own.Value.SelectMany(workflow => workflow.Actions)));
    }

    [Theory]
    [InlineData("TodoServer")]
    [InlineData("R&D #1", "--tests", "--aspire", "--use-controllers")]
    public async Task The_steps_of_ci_make_a_server_that_starts(string name, params string[] arguments)
    {
        var folder = "ci" + string.Concat(arguments);
        var project = await Template.CreateAsync(folder, name, ["--ci", "github", .. arguments]);
        var temporary = Repository.CreateEmptyDirectory(folder + "-runner");
        foreach (var (command, variables) in ReadWorkflows(project.Directory).Single(workflow => workflow.Name == "ci").Commands)
        {
            (await Shell.RunAsync(project.Directory, command, [("RUNNER_TEMP", temporary), .. variables])).ShouldSucceed();
        }

        var published = Path.Combine(temporary, "server");
        await using var server = await ServerProcess.StartAsync(
            Path.Combine(published, name + ".dll"), published, "Production",
            ("OAuth__Issuer", "https://login.contoso.com"), ("OAuth__Resource", "https://mcp.contoso.com/mcp"));
        Assert.Equal("Healthy", await server.Client.GetStringAsync("/healthz"));
    }

    private static async Task AssertLintedAsync(string directory)
    {
        Skip.If(NodeTools.SkipReason is not null, NodeTools.SkipReason);
        var files = Repository.EnumerateFiles(Path.Combine(directory, ".github", "workflows")).Count();
        var start = NodeTools.CreateStartInfo(NodeTools.GetModule("@tktco", "node-actionlint", "bin", "node-actionlint.js"));
        start.WorkingDirectory = directory;
        var result = await Dotnet.RunAsync(start);

        Assert.Contains($"Checking {files} workflow file(s)", result.ShouldSucceed().Output, StringComparison.Ordinal);
    }

    private static Workflow[] ReadWorkflows(string directory) =>
    [
        .. from file in Directory.EnumerateFiles(Path.Combine(directory, ".github", "workflows")).Order(StringComparer.Ordinal)
           let root = ReadYaml(file)
           let jobs = ((YamlMappingNode)root["jobs"]).Children.Values
           let steps = jobs.SelectMany(job => (YamlSequenceNode)job["steps"]).Cast<YamlMappingNode>().ToArray()
           select new Workflow(
               (string)root["name"]!,
               [.. ReadValues(root, "permissions").Select(right => $"{right.Name}: {right.Value}")],
               [.. steps.Where(step => step.Children.ContainsKey("uses")).Select(step => (string)step["uses"]!)],
               [.. steps.Where(step => step.Children.ContainsKey("run")).Select(step => ((string)step["run"]!, ReadValues(step, "env")))]),
    ];

    private static YamlMappingNode ReadYaml(string file)
    {
        var yaml = new YamlStream();
        using var reader = File.OpenText(file);
        yaml.Load(reader);
        return (YamlMappingNode)yaml.Documents.Single().RootNode;
    }

    private static (string Name, string Value)[] ReadValues(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out var values)
            ? [.. ((YamlMappingNode)values).Select(value => ((string)value.Key!, (string)value.Value!))]
            : [];

    private sealed record Workflow(
        string Name, string[] Permissions, string[] Actions, (string Command, (string Name, string Value)[] Variables)[] Commands);
}
