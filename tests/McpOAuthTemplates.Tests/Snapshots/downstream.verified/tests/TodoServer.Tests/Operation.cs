using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using ModelContextProtocol.Server;

namespace TodoServer.Tests;

/// <summary>
/// An operation of the server: how to call it with a token in a protocol revision, and the
/// attributes that say who may.
/// </summary>
internal sealed record Operation(
    string Name,
    IReadOnlyList<object> Attributes,
    Func<string, string, HttpRequestMessage> CreateRequest)
{
    /// <summary>The scopes of all its [RequireScope] attributes.</summary>
    public string[] Scopes { get; } = FindScopes(Attributes);

    /// <summary>Whether something other than scopes can deny the call, such as a role.</summary>
    public bool HasOtherRules { get; } = FindOtherRules(Attributes);

    public bool SaysWhoMayUseIt =>
        Attributes.OfType<IAuthorizeData>().Any() || GetRequirements(Attributes).Any();

    /// <summary>
    /// The attributes of the method and of the registered class. The SDK knows those of the class
    /// that declares the method, which may be another one.
    /// </summary>
    public static IReadOnlyList<object> FindAttributes(IMcpServerPrimitive primitive)
    {
        var method = primitive.Metadata.OfType<MethodInfo>().FirstOrDefault();
        var ofClass = method?.ReflectedType?.GetCustomAttributes(inherit: true) ?? [];
        return [.. primitive.Metadata, .. ofClass];
    }

    public override string ToString() => Name;

    private static string[] FindScopes(IReadOnlyList<object> attributes)
    {
        if (attributes.OfType<IAllowAnonymous>().Any())
        {
            return [];
        }

        return [.. GetRequirements(attributes).SelectMany(one => GetScopes(one) ?? []).Distinct()];
    }

    private static bool FindOtherRules(IReadOnlyList<object> attributes)
    {
        var rules = attributes.OfType<IAuthorizeData>();
        return rules.Any(rule => (rule.Roles ?? rule.Policy) is not null)
            || attributes.OfType<AuthorizationPolicy>().Any()
            || GetRequirements(attributes).Any(requirement => GetScopes(requirement) is null);
    }

    private static IEnumerable<IAuthorizationRequirement> GetRequirements(
        IReadOnlyList<object> attributes)
    {
        var data = attributes.OfType<IAuthorizationRequirementData>();
        return data.SelectMany(attribute => attribute.GetRequirements());
    }

    private static IEnumerable<string>? GetScopes(IAuthorizationRequirement requirement)
    {
        var property = requirement.GetType().GetProperty("Scopes");
        return property?.GetValue(requirement) as IEnumerable<string>;
    }
}
