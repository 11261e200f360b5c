using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Infrastructure;
using YamlDotNet.RepresentationModel;

namespace McpOAuthTemplates.Tests;

/// <summary>The workflows of a generated project without GitHub: they are linted, read, and their steps are run.</summary>
public sealed partial class WorkflowTests
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

        Assert.Equal(["ci", "registry", "verify"], workflows.Select(workflow => workflow.Name));
        Assert.Contains("verify.cs", project.Files); // That is what "verify" runs.
        Assert.Equal(
            ["registry publish contents: read", "registry publish id-token: write"],
            workflows.SelectMany(workflow => workflow.JobPermissions));
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

    /// <summary>A tag can be moved to other code. Dependabot moves the commit and the comment together.</summary>
    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Their_actions_are_pinned_to_commits(Variant variant) =>
        Assert.Empty(FindActionsThatCanChange((await Template.CreateAsync(variant)).Directory));

    [Fact]
    public void Our_own_actions_are_pinned_to_commits()
    {
        var pins = s_own.Value.SelectMany(workflow => workflow.Actions).Distinct().Select(action => action.Split('@')[0]);

        Assert.Empty(FindActionsThatCanChange(Repository.Root));
        Assert.Equal(pins.Distinct(), pins); // Each in one version.
    }

    /// <summary>Only what publishes may write, and it runs no code but that of its actions.</summary>
    [Fact]
    public void Our_own_may_do_what_they_must_and_nothing_else()
    {
        Assert.All(s_own.Value, workflow => Assert.Equal(["contents: read"], workflow.Permissions));
        Assert.Equal(
            [
                "codeql analyze contents: read",
                "codeql analyze security-events: write",
                "release publish attestations: write",
                "release publish id-token: write",
                "release attested contents: write",
            ],
            s_own.Value.SelectMany(workflow => workflow.JobPermissions));
    }

    /// <summary>nuget.org trusts the release workflow itself.</summary>
    [Fact]
    public void Our_own_know_no_secret() => Assert.All(
        Directory.EnumerateFiles(Path.Combine(Repository.Root, ".github", "workflows")),
        file => Assert.DoesNotContain("secrets.", File.ReadAllText(file), StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Dependabot_keeps_packages_actions_and_images(Variant variant)
    {
        var project = await Template.CreateAsync(variant);
        var root = ReadYaml(Path.Combine(project.Directory, ".github", "dependabot.yml"));
        var ecosystems = ((YamlSequenceNode)root["updates"]).Select(update => (string)update["package-ecosystem"]!);
        string[] expected = ["nuget", "github-actions"];

        Assert.Equal(variant.HasDocker ? [.. expected, "docker"] : expected, ecosystems);
    }

    /// <summary>The packages are those that stand in the repository, or the workflow is red.</summary>
    [Fact]
    public async Task Ci_restores_what_is_locked_and_nothing_else()
    {
        const string Package = "<PackageReference Include=\"ModelContextProtocol.AspNetCore\"";
        const string Another = "<PackageReference Include=\"ModelContextProtocol.Another\" Version=\"1.0.0\" />";
        var project = await Template.CreateAsync("ci-locked", "TodoServer", "--ci", "github");
        var lookForLock = FindCiStep(project, "packages.lock.json");
        var restore = FindCiStep(project, "--locked-mode");

        var missing = await Shell.RunAsync(project.Directory, lookForLock);
        (await Dotnet.RunAsync(project.Directory, "restore")).ShouldSucceed();
        var first = await Shell.RunAsync(project.Directory, lookForLock);
        var locked = await Shell.RunAsync(project.Directory, restore);
        await project.EditAsync("TodoServer.csproj", Package, Another + Package);
        var changed = await Shell.RunAsync(project.Directory, restore);

        Assert.NotEqual(0, missing.ExitCode);
        first.ShouldSucceed();
        locked.ShouldSucceed();
        Assert.NotEqual(0, changed.ExitCode);
        Assert.Contains("NU1004", changed.Text, StringComparison.Ordinal);
    }

    /// <summary>The registries of the tests know no vulnerability, so the command that reads them is one of the tests.</summary>
    [Theory]
    [InlineData("""{ "projects": [ { "frameworks": [ { "transitivePackages": [ { "vulnerabilities": [ {} ] } ] } ] } ] }""", 1)]
    [InlineData("""{ "projects": [ { "path": "TodoServer.csproj" } ] }""", 0)]
    public async Task Ci_fails_when_a_package_has_a_known_vulnerability(string report, int exitCode)
    {
        var project = await Template.CreateAsync("ci-locked", "TodoServer", "--ci", "github");
        var commands = Repository.CreateEmptyDirectory("ci-vulnerable-" + exitCode);
        var dotnet = Path.Combine(commands, "dotnet");
        await File.WriteAllTextAsync(dotnet, $"#!/bin/sh\necho '{report}'\n");
        (await Shell.RunAsync(commands, "chmod +x dotnet")).ShouldSucceed();

        var result = await Shell.RunAsync(
            project.Directory, $"PATH='{commands}':\"$PATH\"\n{FindCiStep(project, "--vulnerable")}", ("RUNNER_TEMP", commands));

        Assert.Equal(exitCode, result.ExitCode);
    }

    [Theory]
    [InlineData("TodoServer")]
    [InlineData("R&D #1", "--tests", "--aspire", "--use-controllers")]
    public async Task The_steps_of_ci_make_a_server_that_starts(string name, params string[] arguments)
    {
        var folder = "ci" + string.Concat(arguments);
        var project = await Template.CreateAsync(folder, name, ["--ci", "github", .. arguments]);
        var temporary = Repository.CreateEmptyDirectory(folder + "-runner");
        (await Dotnet.RunAsync(project.Directory, "restore")).ShouldSucceed(); // As the owner has, and the lock file is there.
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

    /// <summary>What its owner has not filled in never reaches the registry.</summary>
    [Theory]
    [InlineData("YOUR-NAME")]
    [InlineData("Say in at most 100 characters what users can do with this server.")]
    [InlineData("https://mcp.example.com/mcp")]
    public async Task Registry_publishes_no_placeholder(string placeholder)
    {
        var project = await Template.CreateAsync("registry-workflow", "TodoServer", "--ci", "github");
        var folder = Repository.CreateEmptyDirectory("registry-placeholder");
        var filledIn = FillIn(project.Read("server.json"));
        var check = FindRegistryStep(project, "YOUR-NAME");

        await WriteServerAsync(folder, filledIn);
        (await Shell.RunAsync(folder, check)).ShouldSucceed();
        await WriteServerAsync(folder, filledIn.Replace(FillIn(placeholder), placeholder, StringComparison.Ordinal));
        Assert.Equal(1, (await Shell.RunAsync(folder, check)).ExitCode);
    }

    /// <summary>The publisher is that of the checksum, and the version is that of the tag. The network is one of the tests.</summary>
    [SkippableFact]
    public async Task Registry_publishes_the_version_of_the_tag_with_the_pinned_publisher()
    {
        var jq = await Shell.RunAsync(Repository.Root, "command -v jq");
        Skip.If(jq.ExitCode != 0, "There is no jq.");
        var project = await Template.CreateAsync("registry-workflow", "TodoServer", "--ci", "github");
        var temporary = Repository.CreateEmptyDirectory("registry-publish");
        var folder = Repository.CreateEmptyDirectory("registry-publish", "checkout");
        await WriteServerAsync(folder, FillIn(project.Read("server.json")));
        await WriteCommandAsync(temporary, "curl", "echo another archive > \"$RUNNER_TEMP/publisher.tar.gz\"");
        await WriteCommandAsync(temporary, "mcp-publisher", "echo \"$@\" >> calls");

        var read = await RunAsync("remotes[0].url");
        var download = await RunAsync("sha256sum");
        var version = await RunAsync("GITHUB_REF_NAME");
        var publish = await RunAsync("github-oidc");

        read.ShouldSucceed();
        Assert.Equal("url=https://mcp.contoso.com/mcp\n", await File.ReadAllTextAsync(Path.Combine(folder, "output")));
        Assert.NotEqual(0, download.ExitCode);
        Assert.Contains("publisher.tar.gz: FAILED", download.Text, StringComparison.Ordinal);
        version.ShouldSucceed();
        publish.ShouldSucceed();
        var published = RegistryTests.AssertValid(
            await File.ReadAllTextAsync(Path.Combine(folder, "server.json")), "https://mcp.contoso.com/mcp");
        Assert.Equal("1.2.0", (string)published["version"]!);
        Assert.Equal(["validate", "login github-oidc", "publish"], await File.ReadAllLinesAsync(Path.Combine(folder, "calls")));

        Task<CommandResult> RunAsync(string text)
        {
            var step = ReadWorkflows(project.Directory).Single(workflow => workflow.Name == "registry").Commands
                .Single(step => step.Command.Contains(text, StringComparison.Ordinal));
            return Shell.RunAsync(
                folder,
                $"PATH='{temporary}':\"$PATH\"\n{step.Command}",
                [
                    .. step.Variables, ("RUNNER_TEMP", temporary), ("GITHUB_REF_NAME", "v1.2.0"),
                    ("GITHUB_OUTPUT", Path.Combine(folder, "output")),
                ]);
        }
    }

    /// <summary>No release is published before the server that its users will reach was verified.</summary>
    [Fact]
    public async Task Registry_waits_for_the_check_of_the_deployed_server()
    {
        var project = await Template.CreateAsync("registry-workflow", "TodoServer", "--ci", "github");
        var workflow = ReadYaml(Path.Combine(project.Directory, ".github", "workflows", "registry.yml"));
        var jobs = workflow["jobs"];

        Assert.Equal(["release"], ((YamlMappingNode)workflow["on"]).Children.Keys.Select(key => (string)key!));
        Assert.Equal("verify", (string)jobs["publish"]["needs"]!);
        Assert.Equal("check", (string)jobs["verify"]["needs"]!);
        Assert.Equal("./.github/workflows/verify.yml", (string)jobs["verify"]["uses"]!);
        Assert.Equal("${{ needs.check.outputs.url }}", (string)jobs["verify"]["with"]["url"]!);
    }

    private static string FillIn(string server) => server
        .Replace("YOUR-NAME", "contoso", StringComparison.Ordinal)
        .Replace("Say in at most 100 characters what users can do with this server.", "Todos.", StringComparison.Ordinal)
        .Replace("https://mcp.example.com/mcp", "https://mcp.contoso.com/mcp", StringComparison.Ordinal);

    private static Task WriteServerAsync(string folder, string server) =>
        File.WriteAllTextAsync(Path.Combine(folder, "server.json"), server);

    private static async Task WriteCommandAsync(string folder, string name, string command)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, name), $"#!/bin/sh\n{command}\n");
        (await Shell.RunAsync(folder, "chmod +x " + name)).ShouldSucceed();
    }

    private static string FindRegistryStep(GeneratedProject project, string text) =>
        ReadWorkflows(project.Directory).Single(workflow => workflow.Name == "registry").Commands
            .Single(step => step.Command.Contains(text, StringComparison.Ordinal)).Command;

    private static IEnumerable<string> FindActionsThatCanChange(string directory) =>
        from file in Directory.EnumerateFiles(Path.Combine(directory, ".github", "workflows"))
        from line in File.ReadAllLines(file)
        where line.Contains("uses: ", StringComparison.Ordinal)
        where !line.Contains("uses: ./", StringComparison.Ordinal) && !PinnedAction.IsMatch(line)
        select $"{Path.GetFileName(file)}: {line.Trim()}";

    private static string FindCiStep(GeneratedProject project, string text) =>
        ReadWorkflows(project.Directory).Single(workflow => workflow.Name == "ci").Commands
            .First(step => step.Command.Contains(text, StringComparison.Ordinal)).Command;

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
           let jobs = ((YamlMappingNode)root["jobs"]).Children
           let steps = jobs.SelectMany(job => ReadSteps((YamlMappingNode)job.Value)).ToArray()
           select new Workflow(
               (string)root["name"]!,
               [.. ReadValues(root, "permissions").Select(right => $"{right.Name}: {right.Value}")],
               [.. from job in jobs
                   from right in ReadValues((YamlMappingNode)job.Value, "permissions")
                   select $"{root["name"]} {job.Key} {right.Name}: {right.Value}"],
               [.. steps.Where(step => step.Children.ContainsKey("uses")).Select(step => (string)step["uses"]!)],
               [.. steps.Where(step => step.Children.ContainsKey("run")).Select(step => ((string)step["run"]!, ReadValues(step, "env")))]),
    ];

    /// <summary>None in a job that is a workflow of its own.</summary>
    private static IEnumerable<YamlMappingNode> ReadSteps(YamlMappingNode job) =>
        job.Children.TryGetValue("steps", out var steps) ? ((YamlSequenceNode)steps).Cast<YamlMappingNode>() : [];

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

    [GeneratedRegex(@"^ +(?:- )?uses: [\w-]+(?:/[\w-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")]
    private static partial Regex PinnedAction { get; }

    private sealed record Workflow(
        string Name,
        string[] Permissions,
        string[] JobPermissions,
        string[] Actions,
        (string Command, (string Name, string Value)[] Variables)[] Commands);
}
