#if DEBUG
using System.Text;
using System.Text.Json.Nodes;
using global::TodoServer.DevAuthorizationServer;

namespace TodoServer.DevConnectPage;

/// <summary>Links and commands that add this server to clients.</summary>
internal static class ClientList
{
    private const string Name = "todoserver";

    public static string Create(string url)
    {
        var desktop = $$"""
            {
              "mcpServers": {
                "{{Name}}": {
                  "command": "npx",
                  "args": ["-y", "mcp-remote", "{{url}}"]
                }
              }
            }
            """;
        return $"""
            {CreateSnippet("The URL for clients", url)}
            <section><h2>Connect a client</h2>
            <p class="buttons"><a class="button" href="{LinkToCode(url)}">Add to VS Code</a>
            <a class="button" href="{LinkToCursor(url)}">Add to Cursor</a></p>
            {CreateSnippet("Claude Code", $"claude mcp add -t http {Name} {url}")}
            {CreateSnippet("Inspector", $"npx @modelcontextprotocol/inspector --transport http --server-url {url}")}
            <details><summary>Claude Desktop</summary>
            {CreateSnippet("Claude Desktop: claude_desktop_config.json", desktop)}</details>
            </section>
            """;
    }

    private static string LinkToCode(string url)
    {
        var settings = new JsonObject { ["name"] = Name, ["type"] = "http", ["url"] = url };
        return "vscode:mcp/install?" + Uri.EscapeDataString(settings.ToJsonString());
    }

    private static string LinkToCursor(string url)
    {
        var settings = new JsonObject { ["url"] = url };
        var config = Convert.ToBase64String(Encoding.UTF8.GetBytes(settings.ToJsonString()));
        return "cursor://anysphere.cursor-deeplink/mcp/install"
            + $"?name={Name}&amp;config={Uri.EscapeDataString(config)}";
    }

    private static string CreateSnippet(string caption, string text) => $"""
        <figure><figcaption>{Page.Encode(caption)}</figcaption><pre>{Page.Encode(text)}</pre></figure>
        """;
}
#endif
