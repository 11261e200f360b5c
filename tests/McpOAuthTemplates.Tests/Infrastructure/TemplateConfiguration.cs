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

    /// <summary>What the engine shows of the template, by the names that its files of languages use.</summary>
    public IEnumerable<(string Key, string Text)> Texts =>
        GetTexts("", Root, "author", "name", "description").Concat(ParameterTexts).Concat(PostActionTexts);

    private IEnumerable<(string Key, string Text)> ParameterTexts =>
        from parameter in Parameters
        let key = $"symbols/{parameter.Name}/"
        from text in GetTexts(key, parameter.Symbol, "displayName", "description").Concat(
            from choice in parameter.Symbol["choices"]?.AsArray() ?? []
            from text in GetTexts($"{key}choices/{choice["choice"]}/", choice, "displayName", "description")
            select text)
        select text;

    // The engine calls the only instructions of a post action "default".
    private IEnumerable<(string Key, string Text)> PostActionTexts =>
        from action in Root["postActions"]?.AsArray() ?? []
        let key = $"postActions/{action["id"]}/"
        from text in GetTexts(key, action, "description").Concat(
            GetTexts($"{key}manualInstructions/default/", action["manualInstructions"]!.AsArray().Single()!, "text"))
        select text;

    public static TemplateConfiguration Read(string template) => new(template);

    /// <summary>The texts in another language.</summary>
    public IReadOnlyDictionary<string, string> ReadTranslations(string language) =>
        Parse($"localize/templatestrings.{language}.json").ToDictionary(text => text.Key, text => (string)text.Value!);

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

    private static IEnumerable<(string Key, string Text)> GetTexts(string key, JsonNode owner, params string[] properties) =>
        from property in properties
        let text = (string?)owner[property]
        where text is not null
        select (key + property, text);

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
