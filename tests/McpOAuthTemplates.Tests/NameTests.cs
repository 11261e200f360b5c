using System.Text.Json;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests;

/// <summary>A name of a project, and the namespace it gives.</summary>
public sealed record ProjectName(string Value, string Namespace)
{
    public override string ToString() => Value;
}

/// <summary>Names as people give them. BuildTests compiles each row; RefusalTests has those that cannot work.</summary>
public sealed class NameTests
{
    public static ProjectName[] All { get; } =
    [
        new("My-Todo.Server", "My_Todo.Server"),
        new("123abc", "_123abc"),
        new("a b", "a_b"),
        new("R&D", "R_D"),
        new("it's", "it_s"),
        new("x.", "x_"),
        new("Tâche", "Tâche"),
        new("日本", "日本"),

        // Keywords of C#.
        new("class", "@class"),
        new("namespace", "@namespace"),
        new("Ünï.1x.class", "Ünï._1x.@class"),

        // Names that the generated code has, too.
        new("Scopes", "Scopes"),
        new("Todos", "Todos"),
        new("Tools", "Tools"),
        new("Authorization", "Authorization"),
        new("DevAuthorizationServer", "DevAuthorizationServer"),
        new("Todo", "Todo"),
        new("Client", "Client"),

        // Names of types that a namespace would hide.
        new("Task", "Task_"),
        new("Results.Api", "Results_.Api"),
        new("OAuthOptions", "OAuthOptions_"),
        new("Tasks", "Tasks"),
    ];

    public static TheoryData<ProjectName> Rows => new(All);

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task The_name_is_in_files_and_namespaces(ProjectName name)
    {
        var project = await GeneratedProjects.CreateAsync(name);
        var code = project.Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal) && file is not ("Program.cs" or "verify.cs"));

        Assert.Contains(name.Value + ".csproj", project.Files);
        Assert.Contains(name.Value + ".http", project.Files);
        Assert.All(code, file =>
        {
            var expected = string.Join('.', [name.Namespace, .. file.Split('/')[..^1]]);
            Assert.Contains($"\nnamespace {expected};\n", "\n" + project.Read(file), StringComparison.Ordinal);
        });

        var rootNamespace = $"<RootNamespace>{name.Namespace}</RootNamespace>";
        var projectFile = project.Read(name.Value + ".csproj");
        Assert.Equal(name.Value != name.Namespace, projectFile.Contains(rootNamespace, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("class")]
    [InlineData("Tâche")]
    [InlineData("a b")]
    public async Task A_server_with_an_odd_name_starts(string name)
    {
        var row = All.Single(row => row.Value == name);
        await using var server = await GeneratedProjects.StartAsync(GeneratedProjects.CreateAsync(row));
        using var metadata = JsonDocument.Parse(await server.Client.GetStringAsync("/.well-known/oauth-protected-resource"));

        Assert.Equal(name, metadata.RootElement.GetProperty("resource_name").GetString());
    }
}
