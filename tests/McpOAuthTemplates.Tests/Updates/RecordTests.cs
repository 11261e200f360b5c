using System.Text.Json.Nodes;
using System.Xml.Linq;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Updates;

/// <summary>
/// Each project has a record of what made it, from which it can be made again, to the byte: an update needs that.
/// </summary>
public sealed class RecordTests
{
    private static readonly string[] s_oddScopes = ["--scopes", "it's\ttodo:read,a|b  $(x)\n{y}", "--ai-hosts", "none"];

    public static TheoryData<string> Templates => new(ProjectRecord.Sources.Keys);

    public static TheoryData<Variant> Wired => new(Variants.Items.Where(variant => variant.GetOption("--scope") is null));

    [Theory]
    [MemberData(nameof(Templates))]
    public void Each_option_is_in_the_record(string template)
    {
        var configuration = TemplateConfiguration.Read(template);
        var options = configuration.Parameters.Select(parameter => configuration.GetOption(parameter.Name))
            .Except(["--no-restore"]); // That is no property of the project.
        var record = ProjectRecord.ReadSource(template);

        Assert.Equal(template, record.Template);
        Assert.Equal(options.Order(), record.Options.Select(option => option.Key).Order());
    }

    [Fact]
    public void Those_without_a_record_leave_nothing_that_could_be_updated() => Assert.Equal(
        ["mcp-oauth", "mcp-oauth-tests", "mcp-oauth-wiring"], ProjectRecord.Sources.Keys.Order());

    /// <summary>That of the folder. When the package is made, its version is put there.</summary>
    [Theory]
    [MemberData(nameof(Templates))]
    public void The_version_is_that_of_the_package(string template)
    {
        var project = XDocument.Load(Path.Combine(Repository.Root, "McpOAuthTemplates.csproj"));

        Assert.Equal(project.Descendants("Version").Single().Value, ProjectRecord.ReadSource(template).Version);
    }

    /// <summary>An update cannot change the project file of an app, so it names these.</summary>
    [Fact]
    public void The_packages_of_the_wiring_are_those_that_it_adds()
    {
        var file = Path.Combine(Repository.Templates, "mcp-oauth-wiring", ProjectRecord.Sources["mcp-oauth-wiring"]);
        var recorded = JsonNode.Parse(File.ReadAllText(file))!["packages"]!.AsObject()
            .Select(package => $"{package.Key} {package.Value}");
        var added =
            from action in TemplateConfiguration.Read("mcp-oauth-wiring").Root["postActions"]!.AsArray()
            let arguments = action!["args"]
            where (string?)arguments?["referenceType"] == "package"
            select $"{arguments["reference"]} {arguments["version"]}";

        Assert.Equal(added.Order(), recorded.Order());
    }

    [Theory]
    [MemberData(nameof(Variants.BuiltRows), MemberType = typeof(Variants))]
    public async Task A_project_can_be_made_again(Variant variant) =>
        await AssertMadeAgainAsync(await Template.CreateAsync(variant));

    [Theory]
    [MemberData(nameof(NameTests.Rows), MemberType = typeof(NameTests))]
    public async Task An_odd_name_is_recorded_as_it_is(ProjectName name)
    {
        var project = await GeneratedProjects.CreateAsync(name);

        Assert.Equal(name.Value, ProjectRecord.Parse(project.Read(ProjectRecord.Path)).Name);
    }

    [Theory]
    [InlineData("R&D")]
    [InlineData("it's")]
    [InlineData("日本")]
    [InlineData("Ünï.1x.class")]
    public async Task A_project_with_an_odd_name_can_be_made_again(string name) =>
        await AssertMadeAgainAsync(await GeneratedProjects.CreateAsync(NameTests.All.Single(row => row.Value == name)));

    [Theory]
    [MemberData(nameof(ScopeTable.Rows), MemberType = typeof(ScopeTable))]
    public async Task Odd_scopes_are_recorded(ScopeList row)
    {
        var project = await GeneratedProjects.CreateAsync(row);
        var recorded = (string)ProjectRecord.Parse(project.Read(ProjectRecord.Path)).Options["--scopes"]!;

        Assert.Equal(row.Expected.Select(pair => pair.Scope), recorded.Split(','));
    }

    [Fact]
    public async Task What_JSON_has_another_word_for_can_be_made_again() =>
        await AssertMadeAgainAsync(await Template.CreateAsync("record-odd", "TodoServer", s_oddScopes));

    [Fact]
    public async Task A_random_port_is_recorded()
    {
        var folder = Path.Combine(Template.Sandbox, "record-port");
        (await TemplateEngine.RunAsync(Template.Sandbox, "mcp-oauth", "-n", "TodoServer", "-o", folder)).ShouldSucceed();
        var project = new GeneratedProject("TodoServer", folder, [.. Repository.EnumerateFiles(folder)]);
        var port = (string)ProjectRecord.Parse(project.Read(ProjectRecord.Path)).Options["--http-port"]!;

        Assert.Contains($"http://localhost:{port}", project.Read("Properties/launchSettings.json"), StringComparison.Ordinal);
        await AssertMadeAgainAsync(project);
    }

    [Theory]
    [MemberData(nameof(Variants.TestProjectRows), MemberType = typeof(Variants))]
    public async Task Tests_can_be_made_again(Variant variant)
    {
        var folder = Path.Combine(Template.Sandbox, "record-" + variant.Name, "TodoServer.Tests");
        string[] arguments = ["mcp-oauth-tests", "-n", "TodoServer.Tests", "-o", folder, .. variant.Arguments];
        (await TemplateEngine.RunAsync(Template.Sandbox, arguments)).ShouldSucceed();

        await AssertMadeAgainAsync(new GeneratedProject("TodoServer.Tests", folder, [.. Repository.EnumerateFiles(folder)]));
    }

    [Fact]
    public async Task A_backslash_in_a_path_is_recorded_as_a_slash()
    {
        var folder = Path.Combine(Template.Sandbox, "record-backslash", "TodoServer.Tests");
        string[] arguments = ["mcp-oauth-tests", "-n", "TodoServer.Tests", "-o", folder, "--server", @"..\Todo & Server\T.csproj"];
        (await TemplateEngine.RunAsync(Template.Sandbox, arguments)).ShouldSucceed();

        await AssertMadeAgainAsync(new GeneratedProject("TodoServer.Tests", folder, [.. Repository.EnumerateFiles(folder)]));
    }

    [Theory]
    [MemberData(nameof(Wired))]
    public async Task A_wiring_can_be_made_again(Variant variant)
    {
        var folder = Path.Combine(Template.Sandbox, "record-" + variant.Name);
        string[] arguments = ["mcp-oauth-wiring", "-n", "My-App", "-o", folder, "--namespace", "My_App", .. variant.Arguments];
        (await TemplateEngine.RunAsync(Template.Sandbox, arguments)).ShouldSucceed();

        // It is where the post action finds it, which an update does not let add packages.
        var project = new GeneratedProject("My-App", folder, [.. Repository.EnumerateFiles(folder)]);
        await AssertMadeAgainAsync(project, ".mcp-oauth-wiring/files/" + ProjectRecord.Path, ".mcp-oauth-wiring.targets");
    }

    private static async Task AssertMadeAgainAsync(
        GeneratedProject project, string record = ProjectRecord.Path, string except = "")
    {
        var again = project.Directory + "-again";
        var arguments = ProjectRecord.Parse(project.Read(record)).GetArguments(again);
        (await TemplateEngine.RunAsync(Template.Sandbox, arguments)).ShouldSucceed();

        Assert.Equal(project.Files, Repository.EnumerateFiles(again));
        Assert.All(project.Files.Where(file => file != except), file => Assert.True(IsSame(file, project.Directory, again), file));
        Directory.Delete(again, recursive: true);
    }

    private static bool IsSame(string file, string folder, string other)
    {
        var content = File.ReadAllBytes(Path.Combine(folder, file));
        return content.AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(other, file)));
    }
}
