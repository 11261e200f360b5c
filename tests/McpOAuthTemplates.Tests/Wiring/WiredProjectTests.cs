using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Wiring;

/// <summary>What mcp-oauth-wiring learns of a project that is restored, and of no other. All are restored together, once.</summary>
public sealed class WiredProjectTests
{
    private static readonly RestoredProject[] s_projects =
    [
        new("mcp-server", "Microsoft.NET.Sdk", "", RefusalTests.NoWebProject),
        new("My-1x.class", "Microsoft.NET.Sdk.Web", "", null),
        new("old", "Microsoft.NET.Sdk.Web", "<ImplicitUsings>disable</ImplicitUsings>", RefusalTests.NoImplicitUsings),
        new("older", "Microsoft.NET.Sdk.Web", "<TargetFramework>net9.0</TargetFramework>", RefusalTests.OldFramework),
        new("plural", "Microsoft.NET.Sdk.Web", "<TargetFramework/><TargetFrameworks>net10.0</TargetFrameworks>", null),
        new("plural-old", "Microsoft.NET.Sdk.Web", "<TargetFramework/><TargetFrameworks>net10.0; net9.0</TargetFrameworks>", RefusalTests.OldFramework),
        new("plural-console", "Microsoft.NET.Sdk", "<TargetFramework/><TargetFrameworks>net10.0</TargetFrameworks>", RefusalTests.NoWebProject),
        new("language-12", "Microsoft.NET.Sdk.Web", "<LangVersion>12</LangVersion>", RefusalTests.OldLanguage),
        new("language-7.3", "Microsoft.NET.Sdk.Web", "<LangVersion>7.3</LangVersion>", RefusalTests.OldLanguage),
        new("language-iso", "Microsoft.NET.Sdk.Web", "<LangVersion>ISO-2</LangVersion>", RefusalTests.OldLanguage),
        new("language-plural", "Microsoft.NET.Sdk.Web",
            "<TargetFramework/><TargetFrameworks>net10.0</TargetFrameworks><LangVersion>12.0</LangVersion>", RefusalTests.OldLanguage),
        new("language-13", "Microsoft.NET.Sdk.Web", "<LangVersion>13.0</LangVersion>", null),
        new("language-latest", "Microsoft.NET.Sdk.Web", "<LangVersion>latest</LangVersion>", null),
    ];

    private static readonly Lazy<Task> s_restored = new(RestoreAllAsync);

    public static TheoryData<string> Names => new(s_projects.Select(project => project.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_restored_project_is_looked_at(string name)
    {
        await s_restored.Value;
        var project = s_projects.Single(project => project.Name == name);
        var before = WiredFolder.ReadAll(project.Folder);
        var result = await WiredServers.WireAsync(project.Folder, "--dry-run");

        Assert.Equal(project.Message is null ? 0 : 101, result.ExitCode);
        Assert.Equal(before, WiredFolder.ReadAll(project.Folder));
        if (project.Message is not null)
        {
            Assert.Equal(project.Message, RefusalTests.GetMessage(result));
        }
    }

    [Theory]
    [InlineData("My-1x.class", "My_1x.@class")]
    [InlineData("plural", "plural")]
    [InlineData("language-latest", "language_latest")]
    public async Task A_tool_has_the_namespace_of_the_project(string name, string expected)
    {
        await s_restored.Value;
        var folder = s_projects.Single(project => project.Name == name).Folder;
        var added = await Template.RunAsync(
            folder, "mcp-oauth-tool", "-n", "archive", "--scope", "todo:archive", "--no-update-check");
        added.ShouldSucceed();

        var tool = await File.ReadAllTextAsync(Path.Combine(folder, "Tools", "ArchiveTools.cs"));
        Assert.Contains($"namespace {expected}.Tools;", tool, StringComparison.Ordinal);
        Assert.Contains("[RequireScope(\"todo:archive\")]", tool, StringComparison.Ordinal);
    }

    private static async Task RestoreAllAsync()
    {
        foreach (var project in s_projects)
        {
            Directory.CreateDirectory(project.Folder);
            var text = ProjectFile.Web.Replace("Microsoft.NET.Sdk.Web", project.Sdk, StringComparison.Ordinal)
                .Replace("</ImplicitUsings>\n", $"</ImplicitUsings>{project.Properties}\n", StringComparison.Ordinal);
            await File.WriteAllTextAsync(project.File, text);
        }

        await WiredServers.RestoreTogetherAsync("Restored.proj", s_projects.Select(project => project.File));
    }

    private sealed record RestoredProject(string Name, string Sdk, string Properties, string? Message)
    {
        public string Folder => Path.Combine(Template.Sandbox, "wired-" + Name);

        public string File => Path.Combine(Folder, Name + ".csproj");
    }
}
