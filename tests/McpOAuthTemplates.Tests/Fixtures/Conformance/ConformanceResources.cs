using System.ComponentModel;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using TodoServer.Authorization;

namespace TodoServer.Tools;

[McpServerResourceType, RequireScope(Scopes.TodoRead)]
internal sealed class ConformanceResources
{
    [McpServerResource(Name = "text", UriTemplate = "test://static-text", MimeType = "text/plain"), Description("A text.")]
    public static string Text() => "This is the content of the static text resource.";

    [McpServerResource(Name = "binary", UriTemplate = "test://static-binary", MimeType = "image/png"), Description("An image.")]
    public static ResourceContents Binary() =>
        BlobResourceContents.FromBytes(ConformanceTools.Image, "test://static-binary", "image/png");

    [McpServerResource(Name = "template", UriTemplate = "test://template/{id}/data", MimeType = "application/json")]
    [Description("Data.")]
    public static string Template([Description("Its id.")] string id) =>
        $$"""{ "id": "{{id}}", "templateTest": true, "data": "Data for ID: {{id}}" }""";

    [McpServerResource(Name = "watched", UriTemplate = "test://watched-resource", MimeType = "text/plain")]
    [Description("A text.")]
    public static string Watched() => "Watched.";
}
