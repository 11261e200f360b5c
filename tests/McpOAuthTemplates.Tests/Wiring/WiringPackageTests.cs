using System.Text.Json.Nodes;
using System.Xml.Linq;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Wiring;

/// <summary>mcp-oauth-wiring and the packages of an existing project, also where their versions are managed centrally.</summary>
public sealed class WiringPackageTests
{
    private const string PackageVersions = """
        <Project>
          <PropertyGroup>
            <ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally>
          </PropertyGroup>
        </Project>
        """;

    private const string OwnSettings = """
        {
          // Mine.
          "Own": { "Number": 1.0, "Text": "ä <b> & 'q'", "List": [ 1, null ] }, /* and mine */
          "AllowedHosts": "mcp.contoso.com",
        }
        """;

    [Fact]
    public async Task Versions_stand_where_they_are_managed_and_settings_of_the_owner_stay()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Template.Sandbox, "wired-managed")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "Directory.Packages.props"), PackageVersions);
        await File.WriteAllTextAsync(Path.Combine(folder, "Api.csproj"), ProjectFile.Web);
        await File.WriteAllTextAsync(Path.Combine(folder, "appsettings.json"), OwnSettings);
        var result = (await WiredServers.WireAsync(folder, "--namespace", "Contoso.Api")).ShouldSucceed();

        // What is printed is what stands in the file.
        var steps = await File.ReadAllTextAsync(Path.Combine(folder, "OAUTH-NEXT-STEPS.md"));
        Assert.All(
            ["builder.Services.AddOAuthProtection();", "app.MapProtectedMcp();", "[RequireScope(Scopes."],
            line => Assert.All([result.Output, steps], text => Assert.Contains(line, text, StringComparison.Ordinal)));

        var project = await File.ReadAllTextAsync(Path.Combine(folder, "Api.csproj"));
        var expected = XDocument.Load(Path.Combine(Repository.Templates, "mcp-oauth", "Mcp-OAuth-Server.csproj")).Descendants("PackageReference")
            .Select(package => (Name: (string)package.Attribute("Include")!, Version: (string)package.Attribute("Version")!))
            .Where(package => !package.Name.StartsWith("OpenTelemetry.", StringComparison.Ordinal))
            .Where(package => package.Name != "Microsoft.Data.Sqlite").ToArray();
        AssertPackages();

        var own = JsonNode.Parse(OwnSettings, documentOptions: WiredFolder.Lenient)!.AsObject();
        var settings = WiredFolder.ReadSettings(folder, "appsettings.json");
        Assert.All(own, setting => Assert.True(JsonNode.DeepEquals(setting.Value, settings[setting.Key]), setting.Key));
        Assert.EndsWith(OwnSettings[1..], (await File.ReadAllTextAsync(Path.Combine(folder, "appsettings.json"))).TrimEnd(), StringComparison.Ordinal);

        // Once more: nothing is changed, and what is there is named.
        var before = WiredFolder.ReadAll(folder);
        var again = await WiredServers.WireAsync(folder, "--namespace", "Contoso.Api");
        Assert.Equal(73, again.ExitCode);
        Assert.Contains("Overwrite   ./OAuthProtection.cs", again.Text, StringComparison.Ordinal);
        Assert.Equal(before, WiredFolder.ReadAll(folder));

        // With --force, what is the owner's stays.
        await File.WriteAllTextAsync(Path.Combine(folder, "Scopes.cs"), "mine");
        (await WiredServers.WireAsync(folder, "--namespace", "Contoso.Api", "--force")).ShouldSucceed();
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(folder, "Scopes.cs")));
        project = await File.ReadAllTextAsync(Path.Combine(folder, "Api.csproj"));
        AssertPackages();

        void AssertPackages()
        {
            var managed = XDocument.Load(Path.Combine(folder, "Directory.Packages.props")).Descendants("PackageVersion")
                .Select(package => ((string)package.Attribute("Include")!, (string)package.Attribute("Version")!));
            Assert.Equal(expected, managed);
            Assert.All(expected, package => Assert.Contains($"<PackageReference Include=\"{package.Name}\" />", project, StringComparison.Ordinal));
        }
    }

    /// <summary>NU1605 otherwise: what belongs to a package that is raised is raised with it, and nothing is added for it.</summary>
    [Theory]
    [InlineData("""<PackageReference Include="ModelContextProtocol" Version="1.0.0" />""")]
    [InlineData("""<PackageReference Include="ModelContextProtocol.Core" Version="[1.0.0,2.0.0)" PrivateAssets="all" />""")]
    [InlineData("""<PackageReference Include="ModelContextProtocol" />""", """<PackageVersion Include="ModelContextProtocol" Version="1.0.0" />""")]
    [InlineData(
        """<PackageReference Include="ModelContextProtocol" VersionOverride="1.0.0" />""",
        """<PackageVersion Include="ModelContextProtocol" Version="0.9.0" />""")]
    public async Task Companions_of_the_packages_are_raised(string reference, string? managed = null)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Template.Sandbox, "wired-companions", Guid.NewGuid().ToString("N"))).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Api.csproj"),
            ProjectFile.Web.Replace("</Project>", $"<ItemGroup>{reference}</ItemGroup>\n</Project>", StringComparison.Ordinal));
        if (managed is not null)
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder, "Directory.Packages.props"),
                PackageVersions.Replace("</Project>", $"<ItemGroup>{managed}</ItemGroup>\n</Project>", StringComparison.Ordinal));
        }

        (await WiredServers.WireAsync(folder, "--namespace", "Contoso.Api")).ShouldSucceed();
        (await Dotnet.RunAsync(folder, "restore")).ShouldSucceed();
        var packages = XDocument.Load(Path.Combine(folder, "Api.csproj")).Descendants("PackageReference")
            .Select(package => (string)package.Attribute("Include")!);

        Assert.Equal(
            new[] { reference.Split('"')[1], "Microsoft.AspNetCore.Authentication.JwtBearer", "ModelContextProtocol.AspNetCore" }.Order(),
            packages.Order());
    }

    /// <summary>Each warning is an error here, also those of style and documentation.</summary>
    [Fact]
    public async Task It_compiles_in_a_strict_repository()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Template.Sandbox, "wired-strict")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "Api.csproj"), ProjectFile.Web.Replace("</PropertyGroup>", """
              <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              <GenerateDocumentationFile>true</GenerateDocumentationFile>
              <EnforceCodeStyleInBuild>true</EnforceCodeStyleInBuild>
              <RunAnalyzers>true</RunAnalyzers>
              <AnalysisMode>All</AnalysisMode>
              <LangVersion>13</LangVersion>
            </PropertyGroup>
            """, StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(folder, ".editorconfig"), """
            root = true
            [*.cs]
            dotnet_diagnostic.IDE0005.severity = warning
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), "WebApplication.CreateBuilder(args).Build().Run();\n");
        (await WiredServers.WireAsync(folder, "--namespace", "Contoso.Api")).ShouldSucceed();
        var build = await Dotnet.BuildAsync(Path.Combine(folder, "Api.csproj"));

        var diagnostics = GeneratedProjects.ParseDiagnostics(build.Text);
        Assert.True(diagnostics.Count == 0, string.Join('\n', diagnostics));
        build.ShouldSucceed();
    }
}
