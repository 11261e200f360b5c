#if DEBUG
using System.Net;
using System.Net.Sockets;

namespace TodoServer.DevAuthorizationServer;

/// <summary>
/// The metadata document of a client whose id is a URL
/// (draft-ietf-oauth-client-id-metadata-document). Since anyone can send any URL, only documents on
/// the public internet and, if allowed, on this machine are read.
/// </summary>
internal sealed class ClientMetadataDocument(HttpClient http)
{
    public static ClientMetadataDocument Create(bool mayBeLocal)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            ConnectCallback = (context, cancellationToken) => ConnectAsync(context, mayBeLocal, cancellationToken),
        };
        return new ClientMetadataDocument(new HttpClient(handler)
        {
            Timeout = TimeSpan.FromSeconds(5),
            MaxResponseContentBufferSize = 5 * 1024,
        });
    }

    public async Task<Client> FetchAsync(string id, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(new Uri(id), cancellationToken);
        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        var isThere = response.StatusCode == HttpStatusCode.OK
            && type.EndsWith("json", StringComparison.Ordinal);
        OAuthError.ThrowIf(
            !isThere,
            "invalid_client",
            "The client's metadata document does not exist, or is not JSON.");

        var client = Client.Read(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        var isPublic = client.TokenEndpointAuthMethod is null or "none" or "private_key_jwt";
        OAuthError.ThrowIf(
            client.ClientId != id || !isPublic,
            "invalid_client",
            "The client's metadata document has another id, or a secret.");
        return client;
    }

    // Resolves the name once and connects to the checked address: a second lookup could return
    // another one.
    private static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, bool mayBeLocal, CancellationToken cancellationToken)
    {
        var endPoint = context.DnsEndPoint;
        var addresses = await Dns.GetHostAddressesAsync(endPoint.Host, cancellationToken);
        var allowed = addresses.Where(address => IsAllowed(address, mayBeLocal)).ToArray();
        OAuthError.ThrowIf(
            allowed.Length == 0,
            "invalid_client",
            "The client's metadata document is not on the public internet.");

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(allowed, endPoint.Port, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static bool IsAllowed(IPAddress address, bool mayBeLocal)
    {
        if (IPAddress.IsLoopback(address))
        {
            return mayBeLocal;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        return IsPublic(address.GetAddressBytes());
    }

    // Excludes the special-purpose addresses of RFC 6890.
    private static bool IsPublic(byte[] address) => address switch
    {
        [0 or 10 or 127 or >= 224, _, _, _] => false,
        [100, >= 64 and < 128, _, _] => false,
        [169, 254, _, _] => false,
        [172, >= 16 and < 32, _, _] => false,
        [192, 168, _, _] => false,
        [192, 0, 0 or 2, _] => false,
        [192, 88, 99, _] => false,
        [198, 18 or 19, _, _] => false,
        [198, 51, 100, _] => false,
        [203, 0, 113, _] => false,
        [_, _, _, _] => true,

        [0x20, 1, 0, 0, ..] => false,
        [0x20, 1, 0x0d, 0xb8, ..] => false,
        [0x20, 2, ..] => false,
        [>= 0x20 and < 0x40, ..] => true,
        _ => false,
    };
}
#endif
