using ModelContextProtocol.Server;

[McpServerToolType]
public sealed class NoteTools
{
    [McpServerTool(Name = "get_note")]
    public static string GetNote() => "a note";
}
