using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>A block of code in the README of a generated project, with the place that its first line names.</summary>
internal sealed record Snippet(string Language, string Place, string Code);

/// <summary>What the README of a generated project says about its first week, carried out as an owner does.</summary>
internal static partial class ReadmeSnippets
{
    private const string First = "## Replace the sample";

    public static IReadOnlyList<Snippet> Read(GeneratedProject project)
    {
        var readme = project.Read("README.md");
        var chapter = readme[readme.IndexOf(First, StringComparison.Ordinal)..readme.IndexOf("## Logs", StringComparison.Ordinal)];
        return [.. Block.Matches(chapter).Select(match => new Snippet(
            match.Groups["language"].Value, match.Groups["place"].Value, match.Groups["code"].Value))];
    }

    public static async Task ApplyAsync(GeneratedProject project)
    {
        DeleteSample(project);
        foreach (var snippet in Read(project))
        {
            await ApplyAsync(project, snippet);
        }
    }

    private static void DeleteSample(GeneratedProject project)
    {
        var sentences = Deletion.Matches(project.Read("README.md"));
        Assert.NotEmpty(sentences);
        foreach (Match sentence in sentences)
        {
            DeleteSample(project, sentence);
        }

        if (project.Read("README.md").Contains("and remove it from `appsettings.Development.json`", StringComparison.Ordinal))
        {
            SetSection(project, "appsettings.Development.json", "Downstream", json: null);
        }
    }

    private static void DeleteSample(GeneratedProject project, Match sentence)
    {
        foreach (var path in CodeSpan.Matches(sentence.Groups["files"].Value).Select(match => match.Groups[1].Value))
        {
            var full = Path.Combine(project.ContentRoot, path);
            if (Directory.Exists(full))
            {
                Directory.Delete(full, recursive: true);
            }
            else
            {
                Assert.True(File.Exists(full), full);
                File.Delete(full);
            }
        }

        Edit(project, "Program.cs", $"\n    {sentence.Groups["registration"].Value}", "");
    }

    private static async Task ApplyAsync(GeneratedProject project, Snippet snippet)
    {
        switch (snippet.Language)
        {
            case "shell":
                await RunAsync(project, snippet.Code);
                break;
            case "csharp" when snippet.Place.StartsWith("Program.cs, ", StringComparison.Ordinal):
                EditProgram(project, snippet.Place["Program.cs, ".Length..], snippet.Code);
                break;
            case "csharp" when snippet.Place == "Scopes.cs, in place of the members of the class":
                ReplaceMembers(Path.Combine(project.ContentRoot, "Scopes.cs"), snippet.Code);
                break;
            case "json" when snippet.Place.StartsWith("appsettings.json, in place of the section ", StringComparison.Ordinal):
                SetSection(project, "appsettings.json", snippet.Place.Split(' ')[^1], JsonNode.Parse($"{{{snippet.Code}}}")!.AsObject());
                break;
            case "csharp":
                var isTest = snippet.Place.StartsWith("tests/", StringComparison.Ordinal);
                WriteNew(Path.Combine(isTest ? project.Directory : project.ContentRoot, snippet.Place), snippet.Code);
                break;
            default:
                Assert.Equal("json", snippet.Language);
                break;
        }
    }

    // The packages are restored with those of the other projects.
    private static async Task RunAsync(GeneratedProject project, string command)
    {
        Assert.StartsWith("dotnet add ", command, StringComparison.Ordinal);
        var arguments = Argument.Matches(command).Select(match => match.Value.Trim('"')).Skip(1);
        (await Dotnet.RunAsync(project.Directory, [.. arguments, "--no-restore"])).ShouldSucceed();
    }

    private static void EditProgram(GeneratedProject project, string place, string code)
    {
        const string Build = "var app = builder.Build();\n";
        var usings = string.Concat(Using.Matches(code).Select(match => match.Value));
        var statements = Using.Replace(code, "").Trim('\n');
        Edit(project, "Program.cs", "using TodoServer;\n", usings + "using TodoServer;\n");
        if (place == "before builder.Build()")
        {
            Edit(project, "Program.cs", Build, $"{statements}\n{Build}");
        }
        else if (place == "after builder.Build()")
        {
            Edit(project, "Program.cs", Build, $"{Build}{statements}\n");
        }
        else if (place.StartsWith("after ", StringComparison.Ordinal))
        {
            var before = place["after ".Length..];
            Edit(project, "Program.cs", before, $"{before}\n{statements}");
        }
        else
        {
            Assert.StartsWith("in place of ", place, StringComparison.Ordinal);
            Edit(project, "Program.cs", place["in place of ".Length..], statements);
        }
    }

    private static void ReplaceMembers(string file, string code)
    {
        var text = File.ReadAllText(file);
        var start = text.IndexOf('{', StringComparison.Ordinal) + 1;
        File.WriteAllText(file, $"{text[..start]}\n{code}}}\n");
    }

    private static void SetSection(GeneratedProject project, string file, string name, JsonObject? json)
    {
        var path = Path.Combine(project.ContentRoot, file);
        var settings = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        Assert.True(settings.Remove(name), name);
        if (json is not null)
        {
            settings[name] = json[name]!.DeepClone();
        }

        File.WriteAllText(path, settings.ToJsonString());
    }

    private static void WriteNew(string file, string code)
    {
        Assert.False(File.Exists(file), file);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, code.TrimStart('\n'));
    }

    private static void Edit(GeneratedProject project, string file, string before, string after)
    {
        var path = Path.Combine(project.ContentRoot, file);
        var text = File.ReadAllText(path);
        Assert.Contains(before, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(before, after, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^```(?<language>\w+)\n(?:// (?<place>.+)\n)?(?<code>(?:.*\n)+?)```$", RegexOptions.Multiline)]
    private static partial Regex Block { get; }

    [GeneratedRegex(@"^Delete (?<files>[^.]+(?:\.cs[^.]*)*), and\s+remove `(?<registration>[^`]+)`\s+from\s+`Program\.cs`", RegexOptions.Multiline)]
    private static partial Regex Deletion { get; }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodeSpan { get; }

    [GeneratedRegex("\"[^\"]*\"|[^\\s\"]+")]
    private static partial Regex Argument { get; }

    [GeneratedRegex(@"^using [\w.:]+;\n", RegexOptions.Multiline)]
    private static partial Regex Using { get; }
}
