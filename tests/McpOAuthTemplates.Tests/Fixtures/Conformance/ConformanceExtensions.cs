#pragma warning disable MCP9005 // Logging to clients leaves the protocol, and is in the suite.
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;

namespace TodoServer.Tools;

/// <summary>What the conformance suite calls by name. All of it needs a scope, which the suite knows nothing of.</summary>
internal static class ConformanceExtensions
{
    public static IMcpServerBuilder WithConformance(this IMcpServerBuilder builder)
    {
        // Servers ask the clients of earlier revisions in a session only.
        builder.Services.AddOptions<HttpServerTransportOptions>().Configure<IConfiguration>((options, settings) =>
            options.SessionMode = settings.GetValue("Conformance:SessionMode", options.SessionMode));
        return builder
            .WithTools<ConformanceTools>()
            .WithTools<ConformanceQuestions>()
            .WithPrompts<ConformancePrompts>()
            .WithResources<ConformanceResources>()
            .WithCompleteHandler((_, _) => ValueTask.FromResult(
                new CompleteResult { Completion = new() { Values = ["paris", "park", "party"], Total = 3, HasMore = false } }))
            .WithSetLoggingLevelHandler((_, _) => ValueTask.FromResult(new EmptyResult()))
            .WithSubscribeToResourcesHandler((_, _) => ValueTask.FromResult(new EmptyResult()))
            .WithUnsubscribeFromResourcesHandler((_, _) => ValueTask.FromResult(new EmptyResult()));
    }
}
