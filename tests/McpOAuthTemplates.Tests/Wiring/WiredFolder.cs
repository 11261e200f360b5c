using System.Text.Json;
using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Wiring;

/// <summary>What stands in a folder to which mcp-oauth-wiring was added.</summary>
internal static class WiredFolder
{
    /// <summary>As the configuration of ASP.NET Core reads settings.</summary>
    public static JsonDocumentOptions Lenient { get; } =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static JsonObject ReadSettings(string folder, string file) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(folder, file)), documentOptions: Lenient)!.AsObject();

    public static Dictionary<string, string> ReadAll(string folder) => Repository.EnumerateFiles(folder)
        .Where(file => !file.StartsWith("obj/", StringComparison.Ordinal))
        .ToDictionary(file => file, file => File.ReadAllText(Path.Combine(folder, file)));
}
