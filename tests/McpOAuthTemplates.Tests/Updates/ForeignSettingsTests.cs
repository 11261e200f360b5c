using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Updates;

/// <summary>What stands above a project is not made for single files: verify.cs and update.cs run there all the same.</summary>
public sealed class ForeignSettingsTests
{
    [Fact]
    public async Task Verify_builds_below_them()
    {
        var folder = Repository.CreateEmptyDirectory("foreign-verify");
        Write(folder);
        var project = Directory.CreateDirectory(Path.Combine(folder, "project")).FullName;
        File.Copy(Path.Combine(Repository.Templates, "mcp-oauth", "verify.cs"), Path.Combine(project, "verify.cs"));
        var output = Path.Combine(folder, "output");

        var build = await UpdateProgram.StartAsync(project, ["build", "verify.cs", "-o", output, "-tl:off"]);
        build.ShouldSucceed();
        Assert.Empty(GeneratedProjects.ParseDiagnostics(build.Text));
    }

    /// <summary>All tests of it run what was built there.</summary>
    [Fact]
    public async Task Update_builds_below_them()
    {
        var help = await UpdateProgram.RunDotnetAsync(Repository.CreateEmptyDirectory("foreign-update"), ["--help"]);

        Assert.StartsWith("Usage: dotnet .mcp-oauth/update.cs", help.ShouldSucceed().Output, StringComparison.Ordinal);
    }

    /// <summary>As strict as a company can be, and as old.</summary>
    internal static void Write(string folder)
    {
        const string Properties = """
              <PropertyGroup>
                <ImplicitUsings>disable</ImplicitUsings>
                <Nullable>disable</Nullable>
                <LangVersion>8.0</LangVersion>
                <TargetFramework>net8.0</TargetFramework>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <EnforceCodeStyleInBuild>true</EnforceCodeStyleInBuild>
                <GenerateDocumentationFile>true</GenerateDocumentationFile>
                <AnalysisMode>All</AnalysisMode>
              </PropertyGroup>
            """;
        WriteProject(folder, "Directory.Build.props", Properties);
        WriteProject(folder, "Directory.Build.targets", Properties + """

              <Target Name="Refuse" BeforeTargets="Build">
                <Error Text="Not for single files." />
              </Target>
            """);
        WriteProject(folder, "Directory.Packages.props", """
              <PropertyGroup>
                <ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally>
              </PropertyGroup>
              <ItemGroup>
                <PackageVersion Include="xunit" Version="2.9.3" />
              </ItemGroup>
            """);
        File.WriteAllText(Path.Combine(folder, ".editorconfig"), """
            root = true

            [*.cs]
            dotnet_analyzer_diagnostic.severity = error
            csharp_style_namespace_declarations = block_scoped:error
            """);
    }

    private static void WriteProject(string folder, string file, string content) =>
        File.WriteAllText(Path.Combine(folder, file), $"<Project>\n{content}\n</Project>\n");
}
