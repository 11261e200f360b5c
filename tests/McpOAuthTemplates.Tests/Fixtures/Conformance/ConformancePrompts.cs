#pragma warning disable MCPEXP001 // Questions of a server in its result are new.
using System.ComponentModel;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using TodoServer.Authorization;

namespace TodoServer.Tools;

[McpServerPromptType, RequireScope(Scopes.TodoRead)]
internal sealed class ConformancePrompts
{
    [McpServerPrompt(Name = "test_simple_prompt"), Description("A text.")]
    public static string Text() => "This is a simple prompt for testing.";

    [McpServerPrompt(Name = "test_prompt_with_arguments"), Description("A text with arguments.")]
    public static string Arguments([Description("The first.")] string arg1, [Description("The second.")] string arg2) =>
        $"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'";

    [McpServerPrompt(Name = "test_prompt_with_embedded_resource"), Description("A resource and a text.")]
    public static IEnumerable<PromptMessage> Resource([Description("Its URI.")] string resourceUri) =>
    [
        Say(ConformanceTools.Embed(resourceUri, "text/plain", "Embedded resource content for testing.")),
        Say(new TextContentBlock { Text = "Please process the embedded resource above." }),
    ];

    [McpServerPrompt(Name = "test_prompt_with_image"), Description("An image and a text.")]
    public static IEnumerable<PromptMessage> Image() =>
    [
        Say(ImageContentBlock.FromBytes(ConformanceTools.Image, "image/png")),
        Say(new TextContentBlock { Text = "Please analyze the image above." }),
    ];

    [McpServerPrompt(Name = "test_input_required_result_prompt"), Description("Asks for its context.")]
    public static PromptMessage[] Ask(RequestContext<GetPromptRequestParams> context) =>
        context.Params.InputResponses?.ContainsKey("user_context") is true
            ? [Say(new TextContentBlock { Text = "With the context of the user." })]
            : throw new InputRequiredException(new Dictionary<string, InputRequest>
            {
                ["user_context"] = ConformanceQuestions.Text("What context should the prompt use?", "context"),
            });

    private static PromptMessage Say(ContentBlock content) => new() { Role = Role.User, Content = content };
}
