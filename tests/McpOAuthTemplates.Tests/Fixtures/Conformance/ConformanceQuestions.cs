#pragma warning disable MCPEXP001 // Questions of a server in its result are new.
#pragma warning disable MCP9001, MCP9005 // enumNames, sampling and roots leave the protocol, and are in the suite.
using System.ComponentModel;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using TodoServer.Authorization;
using static ModelContextProtocol.Protocol.ElicitRequestParams;

namespace TodoServer.Tools;

/// <summary>Tools that ask the client: by a request in a session until 2025-11-25, in their result from 2026-07-28 on.</summary>
[McpServerToolType, RequireScope(Scopes.TodoRead)]
internal sealed class ConformanceQuestions
{
    private static readonly byte[] s_key = RandomNumberGenerator.GetBytes(32);

    public static InputRequest Text(string message, string property) => Question(message, property, new StringSchema());

    [McpServerTool(Name = "test_sampling"), Description("Asks the model of the client.")]
    public static async Task<string> SampleAsync(
        McpServer server, [Description("What to ask.")] string prompt, CancellationToken cancellationToken)
    {
        var result = await server.SampleAsync(Sample(prompt, 100), cancellationToken);
        return $"LLM response: {result.Content.OfType<TextContentBlock>().First().Text}";
    }

    [McpServerTool(Name = "test_elicitation"), Description("Asks the user.")]
    public static Task<string> ElicitAsync(
        McpServer server, [Description("What to ask.")] string message, CancellationToken cancellationToken) =>
        ElicitAsync(server, message, cancellationToken, new()
        {
            ["username"] = new StringSchema { Description = "User's response" },
            ["email"] = new StringSchema { Description = "User's email address" },
        });

    [McpServerTool(Name = "test_elicitation_sep1034_defaults"), Description("Asks the user, with defaults.")]
    public static Task<string> ElicitDefaultsAsync(McpServer server, CancellationToken cancellationToken) =>
        ElicitAsync(server, "With defaults", cancellationToken, new()
        {
            ["name"] = new StringSchema { Default = "John Doe" },
            ["age"] = new NumberSchema { Type = "integer", Default = 30 },
            ["score"] = new NumberSchema { Default = 95.5 },
            ["status"] = new UntitledSingleSelectEnumSchema { Enum = ["active", "inactive", "pending"], Default = "active" },
            ["verified"] = new BooleanSchema { Default = true },
        });

    [McpServerTool(Name = "test_elicitation_sep1330_enums"), Description("Asks the user to choose.")]
    public static Task<string> ElicitEnumsAsync(McpServer server, CancellationToken cancellationToken) =>
        ElicitAsync(server, "With choices", cancellationToken, new()
        {
            ["untitledSingle"] = new UntitledSingleSelectEnumSchema { Enum = ["option1", "option2", "option3"] },
            ["titledSingle"] = new TitledSingleSelectEnumSchema { OneOf = [.. Titled("Option")] },
            ["legacyEnum"] = new LegacyTitledEnumSchema
            {
                Enum = ["opt1", "opt2", "opt3"],
                EnumNames = ["Option One", "Option Two", "Option Three"],
            },
            ["untitledMulti"] = new UntitledMultiSelectEnumSchema { Items = new() { Enum = ["option1", "option2", "option3"] } },
            ["titledMulti"] = new TitledMultiSelectEnumSchema { Items = new() { AnyOf = [.. Titled("Choice")] } },
        });

    [McpServerTool(Name = "test_input_required_result_elicitation"), Description("Asks the user for a name.")]
    public static string AskUser(RequestContext<CallToolRequestParams> context) =>
        Answer(context, "user_name") is { } answer
            ? $"Hello, {answer.Deserialize(InputResponse.ElicitResultJsonTypeInfo)?.Content?["name"]}!"
            : throw Ask(("user_name", Text("What is your name?", "name")));

    [McpServerTool(Name = "test_input_required_result_sampling"), Description("Asks the model for a capital.")]
    public static string AskModel(RequestContext<CallToolRequestParams> context) =>
        Answer(context, "capital_question") is { } answer
            ? answer.Deserialize(InputResponse.CreateMessageResultJsonTypeInfo)!.Content.OfType<TextContentBlock>().First().Text
            : throw Ask(("capital_question", InputRequest.ForSampling(Sample("What is the capital of France?", 100))));

    [McpServerTool(Name = "test_input_required_result_list_roots"), Description("Asks for the roots.")]
    public static string AskRoots(RequestContext<CallToolRequestParams> context) =>
        Answer(context, "client_roots") is { } answer
            ? string.Join(' ', answer.Deserialize(InputResponse.ListRootsResultJsonTypeInfo)!.Roots.Select(root => root.Uri))
            : throw Ask(("client_roots", InputRequest.ForRootsList(new ListRootsRequestParams())));

    [McpServerTool(Name = "test_input_required_result_request_state"), Description("Asks, and wants its state back.")]
    public static string AskWithState(RequestContext<CallToolRequestParams> context) =>
        Check(context, "confirm") ? "state-ok" : throw AskToConfirm();

    [McpServerTool(Name = "test_input_required_result_tampered_state"), Description("Asks, and wants its own state back.")]
    public static string AskWithOwnState(RequestContext<CallToolRequestParams> context) =>
        Check(context, "confirm") ? "It is the same." : throw AskToConfirm();

    [McpServerTool(Name = "test_input_required_result_multiple_inputs"), Description("Asks three questions.")]
    public static string AskThree(RequestContext<CallToolRequestParams> context) =>
        context.Params.InputResponses is { Count: >= 3 } && Check(context, "three") ? "All are answered." : throw Ask(
            "three",
            ("user_name", Text("What is your name?", "name")),
            ("greeting", InputRequest.ForSampling(Sample("Generate a greeting", 50))),
            ("client_roots", InputRequest.ForRootsList(new ListRootsRequestParams())));

    [McpServerTool(Name = "test_input_required_result_multi_round"), Description("Asks twice.")]
    public static string AskTwice(RequestContext<CallToolRequestParams> context) => context.Params.RequestState switch
    {
        null => throw Ask("step1", ("step1", Text("Step 1: What is your name?", "name"))),
        ['s', 't', 'e', 'p', '1', ..] when Check(context, "step1") =>
            throw Ask("step2", ("step2", Text("Step 2: What is your favorite color?", "color"))),
        _ when Check(context, "step2") => "Both are answered.",
        _ => throw new McpProtocolException("No state.", McpErrorCode.InvalidParams),
    };

    [McpServerTool(Name = "test_input_required_result_capabilities"), Description("Asks what the client can answer.")]
    public static string AskWhatIsPossible(RequestContext<CallToolRequestParams> context)
    {
        var client = context.JsonRpcRequest.Context?.ClientCapabilities;
        List<(string, InputRequest)> possible = [];
        if (client?.Sampling is not null)
        {
            possible.Add(("capital_question", InputRequest.ForSampling(Sample("What is the capital of France?", 100))));
        }

        if (client?.Elicitation is not null)
        {
            possible.Add(("user_name", Text("What is your name?", "name")));
        }

        if (client?.Roots is not null)
        {
            possible.Add(("client_roots", InputRequest.ForRootsList(new ListRootsRequestParams())));
        }

        var isDone = context.Params.InputResponses is { Count: > 0 } || possible is [];
        return isDone ? "Nothing is left to ask." : throw Ask([.. possible]);
    }

    private static InputRequest Question(string message, string property, PrimitiveSchemaDefinition schema) =>
        InputRequest.ForElicitation(new ElicitRequestParams
        {
            Message = message,
            RequestedSchema = new RequestSchema { Properties = { [property] = schema }, Required = [property] },
        });

    private static InputResponse? Answer(RequestContext<CallToolRequestParams> context, string name) =>
        context.Params.InputResponses?.TryGetValue(name, out var answer) is true ? answer : null;

    private static InputRequiredException AskToConfirm() =>
        Ask("confirm", ("confirm", Question("Please confirm", "ok", new BooleanSchema())));

    private static InputRequiredException Ask(params (string Name, InputRequest Request)[] questions) =>
        new(questions.ToDictionary(question => question.Name, question => question.Request));

    // The state is signed, because a client could send any.
    private static InputRequiredException Ask(string state, params (string Name, InputRequest Request)[] questions) =>
        new(questions.ToDictionary(question => question.Name, question => question.Request), $"{state}.{Sign(state)}");

    private static bool Check(RequestContext<CallToolRequestParams> context, string state) =>
        context.Params.RequestState is { } sent && (sent == $"{state}.{Sign(state)}"
            ? true
            : throw new McpProtocolException("Another state.", McpErrorCode.InvalidParams));

    private static string Sign(string state) => Convert.ToHexString(HMACSHA256.HashData(s_key, Encoding.UTF8.GetBytes(state)));

    private static async Task<string> ElicitAsync(
        McpServer server,
        string message,
        CancellationToken cancellationToken,
        Dictionary<string, PrimitiveSchemaDefinition> properties)
    {
        var schema = new RequestSchema { Properties = properties, Required = [.. properties.Keys] };
        var result = await server.ElicitAsync(
            new ElicitRequestParams { Message = message, RequestedSchema = schema }, cancellationToken);
        return $"Elicitation completed: action={result.Action}, content={JsonSerializer.Serialize(result.Content)}";
    }

    private static CreateMessageRequestParams Sample(string prompt, int maxTokens) => new()
    {
        Messages = [new SamplingMessage { Role = Role.User, Content = [new TextContentBlock { Text = prompt }] }],
        MaxTokens = maxTokens,
    };

    private static IEnumerable<EnumSchemaOption> Titled(string kind) =>
        ((string[])["First", "Second", "Third"])
            .Select((title, i) => new EnumSchemaOption { Const = $"value{i + 1}", Title = $"{title} {kind}" });
}
