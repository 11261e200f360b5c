using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.FileSystemGlobbing;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>What the .template.config folder of a template says, and the files that it speaks of.</summary>
internal sealed partial class TemplateConfiguration
{
    private static readonly JsonDocumentOptions s_json = new() { CommentHandling = JsonCommentHandling.Skip };

    private TemplateConfiguration(string template)
    {
        Directory = Path.Combine(Repository.Templates, template);
        ConfigurationDirectory = Path.Combine(Directory, ".template.config");
        Root = Parse("template.json");
        SharedFiles = [.. Root["additionalConfigFiles"]?.AsArray().Select(file => (string)file!) ?? []];
        foreach (var file in SharedFiles)
        {
            Merge(Root, Parse(file));
        }

        CommandLine = Parse("dotnetcli.host.json");
        Ide = Parse("ide.host.json");
        Sources = [.. Root["sources"]?.AsArray().Select(source => source!.AsObject()) ?? []];
        SourceFolders = [.. Sources.Select(source => (string?)source["source"] ?? "./").DefaultIfEmpty("./").Distinct()
            .Select(folder => Path.GetFullPath(Path.Combine(Directory, folder)))];
        Files = [.. (from source in Sources.DefaultIfEmpty([])
                     let folder = Path.GetFullPath(Path.Combine(Directory, (string?)source["source"] ?? "./"))
                     from file in EnumerateIncluded(source, folder)
                     where !file.StartsWith(".template.config/", StringComparison.Ordinal)
                     select (file, Path.Combine(folder, file))).Distinct()];
        Outputs = [.. from source in Sources.DefaultIfEmpty([])
                      let target = ((string?)source["target"] ?? "./")["./".Length..]
                      from file in Repository.EnumerateFiles(Path.Combine(Directory, (string?)source["source"] ?? "./"))
                      select target + file];
        Conditions = [.. from file in Files
                         from match in FileCondition.Matches(File.ReadAllText(file.Path))
                         select match.Groups[1].Value];
    }

    /// <summary>The folders that hold a template.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. new DirectoryInfo(Repository.Templates).GetDirectories()
            .Where(folder => folder.GetDirectories(".template.config").Length > 0).Select(folder => folder.Name).Order(),
    ];

    public string Directory { get; }

    public string ConfigurationDirectory { get; }

    public JsonObject Root { get; }

    public JsonObject CommandLine { get; }

    public JsonObject Ide { get; }

    public IReadOnlyList<JsonObject> Sources { get; }

    public IReadOnlyList<string> SourceFolders { get; }

    /// <summary>The files with what this template has in common with others.</summary>
    public IReadOnlyList<string> SharedFiles { get; }

    /// <summary>The files that the template may write: relative to their source, and where they are.</summary>
    public IReadOnlyList<(string Name, string Path)> Files { get; }

    /// <summary>The paths that the template may write, with the target of their source.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>What is asked in the conditions within files.</summary>
    public IReadOnlyList<string> Conditions { get; }

    public JsonObject Symbols => Root["symbols"]!.AsObject();

    public IEnumerable<(string Name, JsonObject Symbol)> Parameters =>
        from symbol in Symbols
        where (string?)symbol.Value!["type"] == "parameter"
        select (symbol.Key, symbol.Value!.AsObject());

    /// <summary>What is shown in English, by the key that it has in other languages.</summary>
    public IReadOnlyDictionary<string, string> Texts => TemplateTexts.Find(this);

    public static TemplateConfiguration Read(string template) => new(template);

    /// <summary>What is shown in another language, by the same keys.</summary>
    public IReadOnlyDictionary<string, string> ReadTranslations(string language)
    {
        var translations = Parse($"localize/templatestrings.{language}.json");
        return translations.ToDictionary(text => text.Key, text => (string)text.Value!);
    }

    /// <summary>The name of a parameter on the command line.</summary>
    public string GetOption(string parameter) => "--" + (string)CommandLine["symbolInfo"]![parameter]!["longName"]!;

    private static IEnumerable<string> EnumerateIncluded(JsonObject source, string folder)
    {
        var files = Repository.EnumerateFiles(folder);
        if (source["include"] is not JsonArray patterns)
        {
            return files;
        }

        var included = new Matcher(StringComparison.Ordinal);
        included.AddIncludePatterns(patterns.Select(pattern => (string)pattern!));
        return included.Match(files).Files.Select(match => match.Path);
    }

    /// <summary>As the engine does it: objects come together, lists are appended.</summary>
    private static void Merge(JsonObject target, JsonObject source)
    {
        foreach (var (name, value) in source)
        {
            switch (target[name], value)
            {
                case (JsonObject known, JsonObject more):
                    Merge(known, more);
                    break;
                case (JsonArray known, JsonArray more):
                    Array.ForEach([.. more], item => known.Add(item!.DeepClone()));
                    break;
                default:
                    target[name] = value!.DeepClone();
                    break;
            }
        }
    }

    private JsonObject Parse(string file) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(ConfigurationDirectory, file)), documentOptions: s_json)!.AsObject();

    [GeneratedRegex(@"(?://|<!--)?#(?:else)?if\s*(\(.*\))")]
    private static partial Regex FileCondition { get; }
}
