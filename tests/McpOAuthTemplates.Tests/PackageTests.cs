using System.IO.Compression;
using System.Xml.Linq;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests;

/// <summary>The package has the templates, the skill for coding agents, and nothing else.</summary>
public sealed class PackageTests
{
    private static readonly string[] s_metadata =
        ["McpOAuthTemplates.nuspec", "README.md", "LICENSE", "icon.png", "_rels/.rels", "[Content_Types].xml"];

    private const string Skill = "skills/adding-mcp-oauth/SKILL.md";

    private static readonly string[] s_buildOutput = ["bin", "obj"];

    [Fact]
    public async Task Files_are_exactly_those_of_the_templates()
    {
        using var package = await OpenAsync();
        var templates =
            from template in TemplateConfiguration.All
            from file in Repository.EnumerateFiles(Path.Combine(Repository.Templates, template))
            where !file.Split('/').Intersect(s_buildOutput).Any()
            select $"content/{template}/{file}";

        Assert.Contains("content/mcp-oauth/.gitignore", templates);
        Assert.Contains("content/mcp-oauth/.template.config/template.json", templates);
        Assert.Equal(
            templates.Concat(s_metadata).Append(Skill).Order(StringComparer.Ordinal),
            package.Entries.Select(entry => Uri.UnescapeDataString(entry.FullName))
                .Where(file => !file.EndsWith(".psmdcp", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Contents_are_those_of_the_repository()
    {
        using var package = await OpenAsync();

        Assert.All(package.Entries.Where(entry => entry.FullName.StartsWith("content/", StringComparison.Ordinal)), entry =>
        {
            using var content = new MemoryStream();
            using (var stream = entry.Open())
            {
                stream.CopyTo(content);
            }

            var file = Uri.UnescapeDataString(entry.FullName)["content/".Length..];
            Assert.Equal(File.ReadAllBytes(Path.Combine(Repository.Templates, file)), content.ToArray());
        });
    }

    [Fact]
    public async Task The_skill_is_that_of_the_repository()
    {
        using var package = await OpenAsync();
        using var reader = new StreamReader(await package.GetEntry(Skill)!.OpenAsync());

        Assert.Equal(File.ReadAllText(Path.Combine(Repository.Root, ".github", Skill)), await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task Metadata_says_what_it_is()
    {
        using var package = await OpenAsync();
        using var stream = package.GetEntry("McpOAuthTemplates.nuspec")!.Open();
        var metadata = XDocument.Load(stream).Root!.Elements().Single();

        Assert.Equal("McpOAuthTemplates", Get("id").Value);
        Assert.Equal("Template", Get("packageTypes").Elements().Single().Attribute("name")!.Value);
        Assert.Equal(("expression", "MIT"), (Get("license").Attribute("type")!.Value, Get("license").Value));
        Assert.Equal("README.md", Get("readme").Value);
        Assert.Equal("icon.png", Get("icon").Value);
        Assert.DoesNotContain(metadata.Descendants(), element => element.Name.LocalName == "dependency");

        XElement Get(string name) => metadata.Elements().Single(element => element.Name.LocalName == name);
    }

    [Fact]
    public async Task Packing_has_no_warnings() =>
        Assert.Empty(GeneratedProjects.ParseDiagnostics((await Package.PackedAsync()).Command.Text));

    private static async Task<ZipArchive> OpenAsync() => ZipFile.OpenRead((await Package.PackedAsync()).Path);
}
