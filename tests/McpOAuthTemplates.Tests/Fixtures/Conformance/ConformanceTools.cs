#pragma warning disable MCP9004, MCP9005 // Logging to clients and sampling leave the protocol, and are in the suite.
using System.ComponentModel;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using TodoServer.Authorization;

namespace TodoServer.Tools;

[McpServerToolType, RequireScope(Scopes.TodoRead)]
internal sealed class ConformanceTools
{
    public static readonly byte[] Image = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==");

    [McpServerTool(Name = "test_simple_text"), Description("A text.")]
    public static string Text() => "This is a simple text response for testing.";

    [McpServerTool(Name = "test_image_content"), Description("An image.")]
    public static ContentBlock ImageContent() => ImageContentBlock.FromBytes(Image, "image/png");

    [McpServerTool(Name = "test_audio_content"), Description("A sound, of no length.")]
    public static ContentBlock Audio() => AudioContentBlock.FromBytes(
        Convert.FromBase64String("UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA="), "audio/wav");

    [McpServerTool(Name = "test_embedded_resource"), Description("A resource.")]
    public static ContentBlock Resource() =>
        Embed("test://embedded-resource", "text/plain", "This is an embedded resource content.");

    [McpServerTool(Name = "test_multiple_content_types"), Description("A text, an image and a resource.")]
    public static ContentBlock[] Mixed() =>
    [
        new TextContentBlock { Text = "Multiple content types test:" },
        ImageContentBlock.FromBytes(Image, "image/png"),
        Embed("test://mixed-content-resource", "application/json", """{ "test": "data", "value": 123 }"""),
    ];

    [McpServerTool(Name = "test_error_handling"), Description("Fails.")]
    public static string Fail() => throw new McpException("This tool intentionally returns an error for testing");

    [McpServerTool(Name = "test_tool_with_logging"), Description("Logs three times.")]
    public static async Task<string> LogAsync(McpServer server, CancellationToken cancellationToken)
    {
        var logger = server.AsClientLoggerProvider().CreateLogger("conformance");
        logger.LogInformation("Tool execution started");
        await Task.Delay(50, cancellationToken);
        logger.LogInformation("Tool processing data");
        await Task.Delay(50, cancellationToken);
        logger.LogInformation("Tool execution completed");
        return "Logged.";
    }

    [McpServerTool(Name = "test_logging_tool"), Description("Logs once.")]
    public static string LogOnce(McpServer server)
    {
        server.AsClientLoggerProvider().CreateLogger("conformance").LogInformation("Logged");
        return "Logged, if the client wants that.";
    }

    [McpServerTool(Name = "test_tool_with_progress"), Description("Reports its progress.")]
    public static async Task<string> ProgressAsync(
        IProgress<ProgressNotificationValue> progress, CancellationToken cancellationToken)
    {
        foreach (var done in (int[])[0, 50, 100])
        {
            progress.Report(new ProgressNotificationValue { Progress = done, Total = 100 });
            await Task.Delay(50, cancellationToken);
        }

        return "Done.";
    }

    [McpServerTool(Name = "test_missing_capability"), Description("Needs a client that can sample.")]
    public static string NeedSampling(RequestContext<CallToolRequestParams> context) =>
        context.Server.ClientCapabilities?.Sampling is not null
            ? "The client can sample."
            : throw new MissingRequiredClientCapabilityException(
                new ClientCapabilities { Sampling = new() }, "sampling is needed");

    [McpServerTool(Name = "test_streaming_elicitation"), Description("Asks nothing.")]
    public static string AskNothing() => "Nothing was asked.";

    [McpServerTool(Name = "test_header_tool"), Description("Has an argument that is a header, too.")]
    public static string Header(
        [McpHeader("Region"), Description("A region.")] string region, [Description("A query.")] string query) =>
        $"{region}: {query}";

    public static EmbeddedResourceBlock Embed(string uri, string type, string text) =>
        new() { Resource = new TextResourceContents { Uri = uri, MimeType = type, Text = text } };
}
