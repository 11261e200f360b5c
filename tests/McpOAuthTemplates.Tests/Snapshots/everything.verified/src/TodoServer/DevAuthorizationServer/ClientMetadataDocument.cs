#if DEBUG
using System.Net;
using System.Net.Sockets;

namespace TodoServer.DevAuthorizationServer;

/// <summary>
/// The description of a client whose id is its URL (draft-ietf-oauth-client-id-metadata-document). Anyone can name any
/// URL: only the public internet and this machine are asked.
/// </summary>
internal static class ClientMetadataDocument
{
    private static readonly SocketsHttpHandler s_handler =
        new() { AllowAutoRedirect = false, UseProxy = false, ConnectCallback = ConnectAsync };

    private static readonly HttpClient s_http =
        new(s_handler) { Timeout = TimeSpan.FromSeconds(5), MaxResponseContentBufferSize = 5 * 1024 };

    public static async Task<Client> FetchAsync(string id, CancellationToken cancellationToken)
    {
        using var response = await s_http.GetAsync(id, cancellationToken);
        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        var isThere = response.StatusCode == HttpStatusCode.OK && type.EndsWith("json", StringComparison.Ordinal);
        OAuthError.ThrowIf(!isThere, "invalid_client", "The client's metadata document is not there, or is not JSON.");
        var client = Client.Read(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        var isItsOwn = client.ClientId == id && client.TokenEndpointAuthMethod is null or "none" or "private_key_jwt";
        OAuthError.ThrowIf(!isItsOwn, "invalid_client", "The client's metadata document has another id, or a secret.");
        return client;
    }

    // Looks the name up once and connects to what was checked: a second answer could be another one.
    private static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync([.. addresses.Where(IsAllowed)], context.DnsEndPoint.Port, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    // None of the special-purpose addresses of RFC 6890, in either form of IPv4.
    private static bool IsAllowed(IPAddress address) => IPAddress.IsLoopback(address)
        || (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes() switch
        {
            [0 or 10 or 127 or >= 224, _, _, _] or [100, >= 64 and < 128, _, _] or [169, 254, _, _] => false,
            [172, >= 16 and < 32, _, _] or [192, 168, _, _] or [192, 0, 0 or 2, _] or [192, 88, 99, _] => false,
            [198, 18 or 19, _, _] or [198, 51, 100, _] or [203, 0, 113, _] => false,
            [0x20, 1, 0, 0, ..] or [0x20, 1, 0x0d, 0xb8, ..] or [0x20, 2, ..] => false,
            [_, _, _, _] or [>= 0x20 and < 0x40, ..] => true,
            _ => false,
        };
}
#endif
