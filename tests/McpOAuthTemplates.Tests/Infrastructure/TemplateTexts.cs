using System.Text.Json.Nodes;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>Finds what the engine shows of a template and looks up in other languages.</summary>
internal sealed class TemplateTexts
{
    private readonly Dictionary<string, string> _texts = [];

    public static IReadOnlyDictionary<string, string> Find(TemplateConfiguration template)
    {
        var texts = new TemplateTexts();
        texts.Add("", template.Root, "author", "name", "description");
        foreach (var (name, symbol) in template.Parameters)
        {
            texts.AddParameter($"symbols/{name}/", symbol);
        }

        foreach (var action in template.Root["postActions"]?.AsArray() ?? [])
        {
            texts.AddPostAction($"postActions/{action!["id"]}/", action);
        }

        return texts._texts;
    }

    private void AddParameter(string key, JsonNode symbol)
    {
        Add(key, symbol, "displayName", "description");
        foreach (var choice in symbol["choices"]?.AsArray() ?? [])
        {
            Add($"{key}choices/{choice!["choice"]}/", choice, "displayName", "description");
        }
    }

    private void AddPostAction(string key, JsonNode action)
    {
        // The engine calls the only instructions of an action "default".
        var instructions = action["manualInstructions"]!.AsArray().Single()!;
        Add(key, action, "description");
        Add($"{key}manualInstructions/default/", instructions, "text");
    }

    private void Add(string key, JsonNode owner, params string[] properties)
    {
        foreach (var property in properties)
        {
            _texts.Add(key + property, (string)owner[property]!);
        }
    }
}
