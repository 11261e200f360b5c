#pragma warning disable MCPEXP002 // Handlers of own methods are new in the SDK.
using Microsoft.Extensions.Options;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace TodoServer.Authorization;

/// <summary>What a method of MCP requires of its callers.</summary>
internal sealed record MethodRule(string Method, IReadOnlyList<object> Attributes);

/// <summary>
/// Who may call a method whose tools, prompts or resources have no attributes: those of handlers of
/// the app, of sessions, and of extensions such as tasks. Without a rule, nobody can call it.
/// </summary>
internal sealed class MethodRules
{
    // They list primitives or are about the connection. The primitives in a list have their own
    // rules.
    private static readonly HashSet<string> s_open =
    [
        RequestMethods.Initialize,
        RequestMethods.ServerDiscover,
        RequestMethods.Ping,
        RequestMethods.ToolsList,
        RequestMethods.PromptsList,
        RequestMethods.ResourcesList,
        RequestMethods.ResourcesTemplatesList,
        "logging/setLevel",
        NotificationMethods.InitializedNotification,
        NotificationMethods.CancelledNotification,
        NotificationMethods.ProgressNotification,
        "notifications/roots/list_changed",
    ];

    // They name a tool, prompt or resource, which has its own rules if the server knows it.
    private static readonly HashSet<string> s_ofPrimitives =
    [
        RequestMethods.ToolsCall,
        RequestMethods.PromptsGet,
        RequestMethods.ResourcesRead,
        RequestMethods.ResourcesSubscribe,
        RequestMethods.ResourcesUnsubscribe,
        RequestMethods.SubscriptionsListen,
        RequestMethods.CompletionComplete,
    ];

    private readonly Dictionary<string, IReadOnlyList<object>> _rules;
    private readonly Dictionary<string, string?> _nameParameters;
    private readonly HashSet<string> _handled;
    private readonly bool _hasOwnSessions;
    private readonly bool _hasOwnFilters;

    public MethodRules(
        IEnumerable<MethodRule> rules,
        IOptions<McpServerOptions> mcp,
        IOptions<HttpServerTransportOptions> transport)
    {
        _rules = rules.GroupBy(rule => rule.Method).ToDictionary(
            sameMethod => sameMethod.Key,
            IReadOnlyList<object> (same) => [.. same.SelectMany(rule => rule.Attributes)]);
        _nameParameters = (mcp.Value.RequestHandlers ?? []).ToDictionary(
            handler => handler.Method,
            handler => handler.RoutingNameParameter);
        _handled = [.. FindHandled(mcp.Value.Handlers), .. _nameParameters.Keys];
        _hasOwnSessions = transport.Value.ConfigureSessionOptions is not null;
        _hasOwnFilters = mcp.Value.Filters.Message.IncomingFilters.Count > 0;
    }

    public IReadOnlyDictionary<string, IReadOnlyList<object>> All => _rules;

    /// <summary>
    /// The methods without a rule whose handlers answer for primitives without attributes.
    /// </summary>
    public IEnumerable<string> FindMissing()
    {
        // Completion and subscription have such handlers for primitives with attributes as well.
        string[] ofOthers =
        [
            RequestMethods.CompletionComplete,
            RequestMethods.ResourcesSubscribe,
            RequestMethods.ResourcesUnsubscribe,
            RequestMethods.SubscriptionsListen,
        ];
        return _handled.Except(s_open).Except(ofOthers).Except(_rules.Keys);
    }

    public IReadOnlyList<object>? Find(string? method) => _rules.GetValueOrDefault(method ?? "");

    /// <summary>
    /// Whether no rule says who may make this call, although a handler may answer it.
    /// </summary>
    public bool IsMissingFor(McpCall call)
    {
        if (call.Method is not { } method || s_open.Contains(method) || _rules.ContainsKey(method))
        {
            return false;
        }

        var mayBeAnswered = _hasOwnSessions || _handled.Contains(method);
        if (s_ofPrimitives.Contains(method))
        {
            return call.NamesUnknown && mayBeAnswered;
        }

        // If no handler can answer it, the SDK reports that there is no such method.
        return mayBeAnswered || _hasOwnFilters;
    }

    /// <summary>The parameter of such a method that is repeated in a header.</summary>
    public string? FindNameParameter(string method) => method switch
    {
        RequestMethods.ToolsCall or RequestMethods.PromptsGet => "name",
        RequestMethods.ResourcesRead => "uri",
        _ => _nameParameters.GetValueOrDefault(method),
    };

    private static IEnumerable<string> FindHandled(McpServerHandlers handlers)
    {
        (string Method, object? Handler)[] all =
        [
            (RequestMethods.ToolsCall, handlers.CallToolHandler),
            (RequestMethods.ToolsCall, handlers.CallToolWithAlternateHandler),
            (RequestMethods.PromptsGet, handlers.GetPromptHandler),
            (RequestMethods.ResourcesRead, handlers.ReadResourceHandler),
            (RequestMethods.ResourcesSubscribe, handlers.SubscribeToResourcesHandler),
            (RequestMethods.ResourcesUnsubscribe, handlers.UnsubscribeFromResourcesHandler),
            (RequestMethods.SubscriptionsListen, handlers.SubscriptionsListenHandler),
            (RequestMethods.CompletionComplete, handlers.CompleteHandler),
        ];
        foreach (var (method, handler) in all)
        {
            if (handler is not null)
            {
                yield return method;
            }
        }

        foreach (var (method, _) in handlers.NotificationHandlers ?? [])
        {
            yield return method;
        }
    }
}
