using System.Text.Json;
using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Updates;

/// <summary>What a project says of how it was made: its file .mcp-oauth/project.json.</summary>
internal sealed record ProjectRecord(string Template, string Version, string Name, JsonObject Options)
{
    public const string Path = ".mcp-oauth/project.json";

    /// <summary>Of an option, the value that stands for "not given" in the record.</summary>
    private const string NotGiven = "";

    /// <summary>The templates that leave a record, and where each has it among its files.</summary>
    public static IReadOnlyDictionary<string, string> Sources { get; } =
        TemplateConfiguration.All
            .SelectMany(template => Repository.EnumerateFiles(System.IO.Path.Combine(Repository.Templates, template))
                .Where(file => file.EndsWith(Path, StringComparison.Ordinal))
                .Select(file => (template, file)))
            .ToDictionary(row => row.template, row => row.file);

    public static ProjectRecord Parse(string text)
    {
        var json = JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false })!;
        return new ProjectRecord(
            (string)json["template"]!, (string)json["version"]!, (string)json["name"]!, json["options"]!.AsObject());
    }

    public static ProjectRecord ReadSource(string template) =>
        Parse(File.ReadAllText(System.IO.Path.Combine(Repository.Templates, template, Sources[template])));

    /// <summary>What "dotnet new" gets to make it again.</summary>
    public string[] GetArguments(string output)
    {
        List<string> arguments = [Template, "-n", Name, "-o", output];
        foreach (var (option, value) in Options)
        {
            foreach (var text in GetValues(value!).Where(text => text != NotGiven))
            {
                arguments.AddRange([option, text]);
            }
        }

        return [.. arguments];
    }

    private static IEnumerable<string> GetValues(JsonNode value) =>
        value is JsonArray list ? list.Select(item => (string)item!) : [(string)value!];
}
