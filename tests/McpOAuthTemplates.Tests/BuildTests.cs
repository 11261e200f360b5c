using System.Text;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests;

/// <summary>Whatever is generated compiles without a warning.</summary>
public sealed class BuildTests
{
    private static readonly string[] s_onlyInDebug =
    [
        "dev-secret", "dev-script", "dev-auth", "code_challenge", "DevAuthorizationServer",
        "DevConnectPage", "vscode:mcp/install", "color-scheme", "document.getElementById",
        "dev-server", "dev-api", "ExchangeGrant", "SampleApi",
    ];

    [Theory]
    [MemberData(nameof(Variants.BuiltRows), MemberType = typeof(Variants))]
    public Task Variant_builds(Variant variant) => AssertBuiltAsync(Template.CreateAsync(variant));

    [Theory]
    [MemberData(nameof(ScopeTable.Rows), MemberType = typeof(ScopeTable))]
    public Task Scope_list_builds(ScopeList scopes) => AssertBuiltAsync(GeneratedProjects.CreateAsync(scopes));

    [Theory]
    [MemberData(nameof(NameTests.Rows), MemberType = typeof(NameTests))]
    public Task Name_builds(ProjectName name) => AssertBuiltAsync(GeneratedProjects.CreateAsync(name));

    [Fact]
    public async Task The_build_as_a_whole_has_nothing_to_say()
    {
        var build = await GeneratedProjects.BuiltAsync();

        Assert.Empty(build.Diagnostics.Except(build.Projects.SelectMany(build.GetDiagnostics)));
        Assert.True(build.Diagnostics.Count > 0 || build.Command.ExitCode == 0, build.Command.Text);
    }

    [Fact]
    public async Task Release_has_no_trace_of_what_is_for_development()
    {
        var project = await Template.CreateAsync("release", "TodoServer", "--downstream");
        var build = (await Dotnet.BuildAsync(project.ProjectFile, "-c", "Release")).ShouldSucceed();
        Assert.Empty(GeneratedProjects.ParseDiagnostics(build.Text));
        Assert.Empty(FindWhatIsForDevelopment(project.GetAssembly("Release")));

        var published = Path.Combine(project.Directory, "published");
        (await Dotnet.RunAsync(project.Directory, "publish", "-c", "Release", "--no-build", "-o", published)).ShouldSucceed();
        var files = Repository.EnumerateFiles(published).ToArray();
        Assert.Contains("TodoServer.dll", files);
        Assert.Contains("appsettings.json", files);
        Assert.DoesNotContain("appsettings.Development.json", files);
        Assert.DoesNotContain(".mcp.json", files);
        Assert.DoesNotContain(files, file => file.EndsWith(".css", StringComparison.Ordinal) || file.EndsWith(".js", StringComparison.Ordinal));
        Assert.Empty(FindWhatIsForDevelopment(Path.Combine(published, "TodoServer.dll")));
    }

    /// <summary>What it runs on elsewhere is not known; for one platform, it is compiled ahead.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("linux-x64", "true")]
    public async Task It_is_compiled_ahead_for_one_platform(string platform, string expected)
    {
        var project = await Template.CreateAsync(Variants.Default);
        var property = (await Dotnet.RunAsync(
            project.Directory, "msbuild", "-getProperty:PublishReadyToRun", $"-p:RuntimeIdentifier={platform}")).ShouldSucceed();

        Assert.Equal(expected, property.Output.Trim());
    }

    /// <summary>Otherwise the test about Release would find nothing whatever happens.</summary>
    [Fact]
    public async Task Debug_has_what_is_for_development()
    {
        var build = await GeneratedProjects.BuiltAsync();
        var project = await Template.CreateAsync(Variants.Reviewed.Single(variant => variant.HasDownstream));

        Assert.Equal(s_onlyInDebug, FindWhatIsForDevelopment(build.GetAssembly(project)));
    }

    [Theory]
    [MemberData(nameof(TemplateConfigurationTests.Templates), MemberType = typeof(TemplateConfigurationTests))]
    public async Task The_source_of_the_template_builds_in_place(string template)
    {
        var project = Directory.GetFiles(Path.Combine(Repository.Templates, template), "*.csproj").SingleOrDefault();
        if (project is not null)
        {
            var build = (await Dotnet.BuildAsync(project, "--no-incremental")).ShouldSucceed();
            Assert.Empty(GeneratedProjects.ParseDiagnostics(build.Text));
        }
    }

    [Theory]
    [InlineData("/a/b.cs(1,2): error CS0001: Text [/a/b.csproj]", true)]
    [InlineData("/a/b.csproj : warning NU1901: Text [/a/all.slnx]", true)]
    [InlineData("MSBUILD : error : Text", true)]
    [InlineData("/a/b.csproj : warning NU1603: Text [/a/all.slnx]", false)]
    [InlineData("    0 Warning(s)", false)]
    [InlineData("  x -> /a/error CS1.dll", false)]
    public void Diagnostics_are_found(string line, bool expected) =>
        Assert.Equal(expected, GeneratedProjects.ParseDiagnostics(line).Count == 1);

    private static async Task AssertBuiltAsync(Task<GeneratedProject> creation)
    {
        var project = await creation;
        var build = await GeneratedProjects.BuiltAsync();

        Assert.Empty(build.GetDiagnostics(project));
        Assert.True(File.Exists(build.GetAssembly(project)), build.Command.Text);
    }

    // The strings of the code are UTF-16, the names of types and members UTF-8.
    internal static string[] FindWhatIsForDevelopment(string assembly)
    {
        var bytes = File.ReadAllBytes(assembly);
        return [.. s_onlyInDebug.Where(text => Has(Encoding.Unicode.GetBytes(text)) || Has(Encoding.UTF8.GetBytes(text)))];

        bool Has(byte[] text) => bytes.AsSpan().IndexOf(text) >= 0;
    }
}
