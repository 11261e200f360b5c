using TodoServer.Authorization;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>
/// Rules for methods of MCP that [RequireScope] cannot stand on: those of extensions, such as
/// tasks/get, and tools/call, prompts/get and resources/read where a handler or a session of the
/// app answers for tools, prompts and resources that are not registered.
/// </summary>
internal static class MethodRulesExtensions
{
    /// <summary>Requires all these scopes for each call of the method.</summary>
    public static IServiceCollection RequireScopeForMethod(
        this IServiceCollection services, string method, string scope, params string[] more) =>
        services.AddSingleton(new MethodRule(method, [new RequireScopeAttribute(scope, more)]));

    /// <summary>Lets each valid token call the method.</summary>
    public static IServiceCollection AllowMethod(this IServiceCollection services, string method) =>
        services.AddSingleton(new MethodRule(method, []));
}
