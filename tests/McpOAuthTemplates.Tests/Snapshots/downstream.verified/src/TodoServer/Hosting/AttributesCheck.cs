using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using global::TodoServer.Authorization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;

namespace TodoServer.Hosting;

/// <summary>
/// Stops the start if an attribute cannot be enforced, so that no tool is open or closed by
/// mistake.
/// </summary>
internal sealed class AttributesCheck(IOptions<McpServerOptions> mcp, MethodRules methods)
{
    private const string MayBeMissing = "Nothing depends on what is missing.";

    private readonly HashSet<string> _reachable = FindReachable(Scopes.All);

    public void Run(EndpointDataSource endpoints)
    {
        foreach (var primitive in FindPrimitives(mcp.Value))
        {
            var name = Describe(primitive);
            var attributes = PrimitiveAttributes.Get(primitive);
            RefuseUnknownScopes(name, attributes);
            RefuseOtherSchemes(name, attributes);
            RefuseMissingAttributes(name, attributes);
            RefuseAttributesOfInterfaces(name, PrimitiveAttributes.FindMethod(primitive));
        }

        foreach (var endpoint in endpoints.Endpoints)
        {
            RefuseUnknownScopes(endpoint.DisplayName, endpoint.Metadata);
        }

        foreach (var (method, attributes) in methods.All)
        {
            RefuseUnknownScopes(method, attributes);
        }

        RefuseMethodsWithoutRule();
    }

    private static IEnumerable<IMcpServerPrimitive> FindPrimitives(McpServerOptions mcp) =>
    [
        .. mcp.ToolCollection ?? [],
        .. mcp.PromptCollection ?? [],
        .. mcp.ResourceCollection ?? [],
    ];

    private static string Describe(IMcpServerPrimitive primitive)
    {
        if (PrimitiveAttributes.FindMethod(primitive)?.ReflectedType is { } type)
        {
            return $"{primitive.Id} of the class {type.Name}";
        }

        return primitive.Id;
    }

    private static HashSet<string> FindReachable(IEnumerable<string> scopes)
    {
        HashSet<string> reachable = [.. scopes];
        Queue<string> open = new(reachable);
        while (open.TryDequeue(out var scope))
        {
            foreach (var narrower in Scopes.Implied.GetValueOrDefault(scope) ?? [])
            {
                if (reachable.Add(narrower))
                {
                    open.Enqueue(narrower);
                }
            }
        }

        return reachable;
    }

    // No client could get it, although the challenge asks for it.
    private void RefuseUnknownScopes(string? name, IEnumerable<object> attributes)
    {
        foreach (var scope in ScopeRequirement.FindScopes(attributes))
        {
            if (!_reachable.Contains(scope))
            {
                throw new InvalidOperationException(
                    $"{name} requires the scope '{scope}', which is not one of this server: add it "
                    + "to All in Scopes.cs, or correct it.");
            }
        }
    }

    // Callers are authenticated only by their access token.
    private static void RefuseOtherSchemes(string name, IEnumerable<object> attributes)
    {
        foreach (var attribute in attributes.OfType<IAuthorizeData>())
        {
            var scheme = attribute.AuthenticationSchemes;
            if (scheme is { Length: > 0 } and not OAuthDefaults.AuthenticationScheme)
            {
                throw new InvalidOperationException(
                    $"{name} has an attribute [Authorize(AuthenticationSchemes = \"{scheme}\")], but "
                    + "callers of the MCP endpoint have an access token only: remove the scheme.");
            }
        }
    }

    // The SDK does not provide the attributes of the method of an AIFunction.
    private static void RefuseMissingAttributes(string name, IReadOnlyList<object> attributes)
    {
        if (attributes.Count == 0)
        {
            throw new InvalidOperationException(
                $"{name} does not show the attributes of its method: say in Metadata, where it is "
                + "created, who may use it, with new RequireScopeAttribute(...), or that any token will "
                + "do, with new AuthorizeAttribute().");
        }
    }

    // Trimming may remove the interfaces, but the server was started before it was trimmed.
    [UnconditionalSuppressMessage("Trimming", "IL2065", Justification = MayBeMissing)]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = MayBeMissing)]
    private static void RefuseAttributesOfInterfaces(string name, MethodInfo? method)
    {
        foreach (var contract in method?.ReflectedType?.GetInterfaces() ?? [])
        {
            foreach (var declared in contract.GetMethods())
            {
                // An explicit implementation has the name of the interface before its own.
                var isSame = $".{method!.Name}".EndsWith(
                    $".{declared.Name}", StringComparison.Ordinal);
                if (isSame && declared.GetCustomAttributes(inherit: true).Any(IsRule))
                {
                    throw new InvalidOperationException(
                        $"{name} does not get the attributes that {contract.Name}.{declared.Name} "
                        + "has: put them on the method of the class.");
                }
            }
        }
    }

    private static bool IsRule(object attribute) =>
        attribute is IAuthorizeData or IAuthorizationRequirementData;

    private void RefuseMethodsWithoutRule()
    {
        var missing = string.Join(", ", methods.FindMissing());
        if (missing.Length > 0)
        {
            throw new InvalidOperationException(
                $"A handler of this app answers {missing}, and nothing says who may call it: add "
                + "builder.Services.RequireScopeForMethod(\"...\", Scopes.X), or AllowMethod(\"...\") "
                + "if any valid token will do.");
        }
    }
}
