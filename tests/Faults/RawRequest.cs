using System.Net;
using System.Net.Sockets;
using System.Text;

namespace McpOAuthTemplates.Faults;

/// <summary>
/// A request over a connection of its own, which is sent or read more slowly than any client does.
/// </summary>
internal sealed class RawRequest(Uri server, string token) : IDisposable
{
    private const int BodyLength = 1024 * 1024;
    private const int CallsInARow = 20;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>
    /// Sends a megabyte of a body, and then a byte a second of the rest. Returns the status of the
    /// answer, or null if the connection has ended without one.
    /// </summary>
    public async Task<int?> SendUnfinishedAsync(CancellationToken cancellationToken)
    {
        await _socket.ConnectAsync(IPAddress.Loopback, server.Port, cancellationToken);
        var status = ReadStatusAsync(cancellationToken);
        try
        {
            await _socket.SendAsync(CreateHead(server, token, BodyLength), cancellationToken);
            await _socket.SendAsync(new byte[BodyLength - 1000], cancellationToken);
            while (!status.IsCompleted)
            {
                await _socket.SendAsync(new byte[1], cancellationToken);
                await Task.WhenAny(status, Task.Delay(TimeSpan.FromSeconds(1), cancellationToken));
            }
        }
        catch (SocketException)
        {
            // The server has closed the connection.
        }

        return await status;
    }

    /// <summary>
    /// Sends so many calls in a row that their answers do not fit into the buffers of the system,
    /// and reads a kilobyte a second of them, until the server has had enough. Returns the status
    /// of the first.
    /// </summary>
    public async Task<int> ReadSlowlyAsync(string call, CancellationToken cancellationToken)
    {
        _socket.ReceiveBufferSize = 4096;
        await _socket.ConnectAsync(IPAddress.Loopback, server.Port, cancellationToken);
        byte[] request = [.. CreateHead(server, token, call.Length), .. Encoding.ASCII.GetBytes(call)];
        for (var number = 0; number < CallsInARow; number++)
        {
            await _socket.SendAsync(request, cancellationToken);
        }

        var start = new byte["HTTP/1.1 200".Length];
        await _socket.ReceiveAsync(start, cancellationToken);
        var status = int.Parse(Encoding.ASCII.GetString(start)[^3..], provider: null);
        try
        {
            while (status == 200 && await _socket.ReceiveAsync(new byte[1000], cancellationToken) > 0)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            }
        }
        catch (SocketException)
        {
            // The server has closed the connection.
        }

        return status;
    }

    /// <summary>What stands before the body of a request to the MCP endpoint.</summary>
    public static byte[] CreateHead(Uri server, string token, int bodyLength)
    {
        var head = $"""
            POST /mcp HTTP/1.1
            Host: {server.Authority}
            Authorization: Bearer {token}
            Content-Type: application/json
            Accept: application/json, text/event-stream
            Content-Length: {bodyLength}


            """;
        return Encoding.ASCII.GetBytes(head.ReplaceLineEndings("\r\n"));
    }

    public void Dispose() => _socket.Dispose();

    private async Task<int?> ReadStatusAsync(CancellationToken cancellationToken)
    {
        await using var stream = new NetworkStream(_socket, ownsSocket: false);
        using var reader = new StreamReader(stream);
        string? first = null;
        try
        {
            first = await reader.ReadLineAsync(cancellationToken);
            while (await reader.ReadLineAsync(cancellationToken) is not null)
            {
                // To the end of the connection.
            }
        }
        catch (IOException)
        {
            // What was sent and not read by the server ends the connection so.
        }

        return first is null ? null : int.Parse(first.Split(' ')[1], provider: null);
    }
}
