using System.Net;
using System.Net.Sockets;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>Accepts connections to a port of the loopback interface and never answers.</summary>
internal sealed class SilentServer : IAsyncDisposable
{
    private readonly List<Socket> _connections = [];
    private readonly TcpListener _listener;
    private readonly Task _accepting;

    public SilentServer(int port)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>How many connections there were.</summary>
    public int Connections => _connections.Count;

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        _connections.ForEach(connection => connection.Dispose());
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(await _listener.AcceptSocketAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The listener was stopped.
        }
    }
}
