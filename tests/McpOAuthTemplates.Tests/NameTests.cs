using System.Text.Json;
using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests;

/// <summary>A name of a project, and the namespace it gives.</summary>
public sealed record ProjectName(string Value, string Namespace)
{
    public override string ToString() => Value;
}

/// <summary>Names as people give them. BuildTests compiles each row; RefusalTests has those that cannot work.</summary>
public sealed partial class NameTests
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
        new("Page", "Page_"),
        new("Contoso.Page", "Contoso.Page_"),
        new("RequireScope.Server", "RequireScope_.Server"),
    ];

    /// <summary>A type of the templates, and a file that uses it from another namespace: there, a namespace of its name would hide it.</summary>
    public static TheoryData<string, string> HiddenTypes { get; } = FindHiddenTypes();

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

    /// <summary>A project with such a name gets another namespace, or is among those that are built.</summary>
    [Theory]
    [MemberData(nameof(HiddenTypes))]
    public void A_type_of_the_templates_can_be_the_name_of_a_project(string type, string usedBy)
    {
        if (All.Contains(new ProjectName(type, type)))
        {
            return;
        }

        Assert.True(GetNamespace(type) == type + "_", $"names.template.json does not rename {type}, which {usedBy} uses.");
        Assert.Equal($"Contoso.{type}_.Api", GetNamespace($"Contoso.{type}.Api"));
    }

    [Fact]
    public void Types_are_found_in_the_templates()
    {
        var found = HiddenTypes.Select(row => (string)row[0]).ToArray();

        Assert.Contains("Page", found);
        Assert.Contains("RequireScope", found);
        Assert.True(found.Length > 40, string.Join(' ', found));
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

    // What the engine does with the steps: they are regular expressions of .NET.
    private static string GetNamespace(string name)
    {
        var steps = TemplateConfiguration.Read("mcp-oauth").Root["symbols"]!["projectNamespace"]!["parameters"]!["steps"]!;
        return steps.AsArray().Aggregate(
            name, (text, step) => Regex.Replace(text, (string)step!["regex"]!, (string)step["replacement"]!));
    }

    private static TheoryData<string, string> FindHiddenTypes()
    {
        var files = TemplateConfiguration.All.SelectMany(ReadCode).ToArray();
        var used =
            from declaring in files
            from type in declaring.Types
            from name in new[] { type, Suffix.Replace(type, "") }.Distinct()
            let user = files.FirstOrDefault(file => file.IsElsewhere(declaring) && file.Words.Contains(name))
            where user is not null
            select (Name: name, user.Path);
        var rows = new TheoryData<string, string>();
        foreach (var (name, path) in used.DistinctBy(row => row.Name))
        {
            rows.Add(name, path);
        }

        return rows;
    }

    private static IEnumerable<CodeFile> ReadCode(string template)
    {
        var folder = Path.Combine(Repository.Templates, template);
        return
            from file in Repository.EnumerateFiles(folder)
            where file.EndsWith(".cs", StringComparison.Ordinal) && Path.GetFileName(file) is not ("verify.cs" or "update.cs")
            where !file.Split('/').Any(part => part is "bin" or "obj")
            let code = Comment.Replace(File.ReadAllText(Path.Combine(folder, file)), "")
            select new CodeFile(
                $"{template}/{file}",
                Namespace.Match(code).Groups[1].Value,
                [.. Declaration.Matches(code).Select(match => match.Groups[1].Value)],
                [.. Word.Matches(code).Select(match => match.Value)]);
    }

    private sealed record CodeFile(string Path, string Namespace, string[] Types, HashSet<string> Words)
    {
        /// <summary>Whether it does not see the types of the other file without a using.</summary>
        public bool IsElsewhere(CodeFile other) =>
            Namespace != other.Namespace && !Namespace.StartsWith(other.Namespace + ".", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment { get; }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace { get; }

    // Not of nested types, which are never named alone.
    [GeneratedRegex(@"^(?:[a-z]+ +)*?(?:class|record struct|record|struct|interface|enum) +([A-Za-z_]\w*)", RegexOptions.Multiline)]
    private static partial Regex Declaration { get; }

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word { get; }

    [GeneratedRegex("Attribute$")]
    private static partial Regex Suffix { get; }
}
