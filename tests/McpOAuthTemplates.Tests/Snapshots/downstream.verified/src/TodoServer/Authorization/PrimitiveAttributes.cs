using System.Reflection;
using System.Runtime.CompilerServices;
using ModelContextProtocol.Server;

namespace TodoServer.Authorization;

/// <summary>
/// The attributes of a tool, prompt or resource: those of its method, and of the class that was
/// registered. The SDK reads those of the class that declares the method. For an inherited method,
/// it does not know the attributes of the registered class.
/// </summary>
internal static class PrimitiveAttributes
{
    private static readonly ConditionalWeakTable<IMcpServerPrimitive, IReadOnlyList<object>>
        s_inherited = [];

    public static IReadOnlyList<object> Get(IMcpServerPrimitive primitive)
    {
        var method = FindMethod(primitive);
        if (method is null || method.ReflectedType == method.DeclaringType)
        {
            return primitive.Metadata;
        }

        return s_inherited.GetValue(primitive, AddThoseOfClass);
    }

    /// <summary>The method, which the SDK adds before its attributes.</summary>
    public static MethodInfo? FindMethod(IMcpServerPrimitive primitive) =>
        primitive.Metadata is [MethodInfo method, ..] ? method : null;

    private static IReadOnlyList<object> AddThoseOfClass(IMcpServerPrimitive primitive)
    {
        var registered = FindMethod(primitive)!.ReflectedType!;
        return [.. primitive.Metadata, .. registered.GetCustomAttributes(inherit: true)];
    }
}
