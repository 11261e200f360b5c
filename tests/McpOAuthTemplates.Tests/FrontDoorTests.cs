using McpOAuthTemplates.Tests.Infrastructure;
using McpOAuthTemplates.Tests.Wiring;

namespace McpOAuthTemplates.Tests;

/// <summary>
/// Most projects are made by the engine in process. What that leaves out is proven here: the command line knows every option, its
/// post actions run, and both ways write the same bytes.
/// </summary>
public sealed class FrontDoorTests
{
    public static TheoryData<Variant> Rows => new(Variants.FrontDoor);

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task The_engine_in_process_writes_the_same_bytes(Variant variant)
    {
        var expected = await Template.CreateAsync(variant);
        var folder = Path.Combine(Template.Sandbox, "in-process", variant.Name);
        var arguments = Template.GetArguments(expected.Name, folder, variant.Arguments);
        (await TemplateEngine.RunAsync(Template.Sandbox, arguments)).ShouldSucceed();

        AssertSame(expected.Directory, folder, expected.Files);
    }

    /// <summary>With the settings that a post action writes.</summary>
    [Fact]
    public async Task The_engine_in_process_wires_as_the_command_line_does()
    {
        string[] arguments = ["--namespace", "TodoServer", .. Variants.FrontDoorItems.Single(item => item.Name == "wired-scalekit").Arguments];
        var folders = new[] { "item-front-door", "item-in-process" }
            .Select(folder => Directory.CreateDirectory(Path.Combine(Template.Sandbox, folder)).FullName).ToArray();
        (await WiredServers.WireAsync(folders[0], ["--no-packages", .. arguments])).ShouldSucceed();
        (await WiredServers.WireInProcessAsync(folders[1], ["--no-packages", .. arguments])).ShouldSucceed();

        AssertSame(folders[0], folders[1], [.. Repository.EnumerateFiles(folders[0])]);
    }

    [Fact]
    public async Task Odd_values_come_through_the_command_line_as_they_are()
    {
        string[] arguments = ["--tests", "--scopes", ScopeTable.Started.Value, "--audience", "api://0b4f3c2e-todo/'{x}'", "--ai-hosts", "vscode"];
        var folders = new[] { "odd-front-door", "odd-in-process" }.Select(folder => Path.Combine(Template.Sandbox, folder)).ToArray();
        (await Template.RunAsync(Template.Sandbox, Template.GetArguments("R&D 1x.class", folders[0], arguments))).ShouldSucceed();
        (await TemplateEngine.RunAsync(Template.Sandbox, Template.GetArguments("R&D 1x.class", folders[1], arguments))).ShouldSucceed();

        AssertSame(folders[0], folders[1], [.. Repository.EnumerateFiles(folders[0])]);
    }

    [Theory]
    [MemberData(nameof(TemplateConfigurationTests.Templates), MemberType = typeof(TemplateConfigurationTests))]
    public void Each_option_is_given_to_dotnet_new_itself(string template)
    {
        var given = template == "mcp-oauth" ? Variants.FrontDoor : [.. Variants.TestProjects, .. Variants.FrontDoorItems];
        var configuration = TemplateConfiguration.Read(template);

        Assert.Empty(configuration.Parameters.Select(parameter => configuration.GetOption(parameter.Name))
            .Except(given.SelectMany(variant => variant.Arguments)).Except(["--no-restore", "--http-port"]));
    }

    /// <summary>The post action of mcp-oauth and of mcp-oauth-tests. Those of mcp-oauth-wiring are in WiringTests.</summary>
    [Fact]
    public async Task A_new_project_is_restored()
    {
        var solution = Path.Combine(Template.Sandbox, "restored");
        var tests = Path.Combine(Template.Sandbox, "restored-tests");
        (await Template.RunAsync(
            Template.Sandbox, "mcp-oauth", "-n", "TodoServer", "-o", solution, "--tests", "--no-update-check")).ShouldSucceed();
        (await Template.RunAsync(
            Template.Sandbox, "mcp-oauth-tests", "-n", "TodoServer.Tests", "-o", tests, "--no-update-check",
            "--server", "../restored/src/TodoServer/TodoServer.csproj")).ShouldSucceed();

        string[] projects = [Path.Combine(solution, "src", "TodoServer"), Path.Combine(solution, "tests", "TodoServer.Tests"), tests];
        Assert.All(projects, project => Assert.True(File.Exists(Path.Combine(project, "obj", "project.assets.json")), project));
    }

    private static void AssertSame(string expected, string actual, IReadOnlyList<string> files)
    {
        Assert.Equal(files, Repository.EnumerateFiles(actual));
        Assert.All(files, file => Assert.True(
            File.ReadAllBytes(Path.Combine(expected, file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(actual, file))), file));
    }
}
