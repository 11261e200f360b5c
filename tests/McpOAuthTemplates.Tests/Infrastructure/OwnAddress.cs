using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>An address of this machine by which it is reached as from another machine.</summary>
internal static class OwnAddress
{
    public static IPAddress? Value { get; } = NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Select(unicast => unicast.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address) && IsPrivate(address));

    private static bool IsPrivate(IPAddress address) => address.GetAddressBytes() is
        [10, ..] or [172, >= 16 and < 32, ..] or [192, 168, ..] or [100, >= 64 and < 128, ..] or [169, 254, ..];
}

/// <summary>A test that needs the machine to have an address in a private network.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PrivateNetworkFactAttribute : FactAttribute
{
    public PrivateNetworkFactAttribute()
    {
        Skip = OwnAddress.Value is null ? "This machine has no address in a private network." : null;
    }
}
