using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace TodoServer.Hosting;

/// <summary>
/// The sockets of Kestrel, which closes idle connections as soon as it stops listening: a proxy
/// that keeps connections would lose what it is sending over them at that moment. Here they stay
/// open for another second. In this time each ends with a response, and the proxy learns from a
/// refused connection that it has to use another instance.
/// </summary>
internal sealed class DrainingTransport(
    IOptions<SocketTransportOptions> sockets, ILoggerFactory loggers, GracefulShutdown shutdown)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly SocketTransportFactory _sockets = new(sockets, loggers);

    public bool CanBind(EndPoint endpoint) => _sockets.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(
        EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await _sockets.BindAsync(endpoint, cancellationToken), shutdown);

    private sealed class Listener(IConnectionListener listener, GracefulShutdown shutdown) : IConnectionListener
    {
        private static readonly TimeSpan s_endOfConnections = TimeSpan.FromSeconds(1);

        public EndPoint EndPoint => listener.EndPoint;

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
            listener.AcceptAsync(cancellationToken);

        /// <summary>Kestrel closes no connection before this has ended.</summary>
        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            // Kestrel also unbinds after a start that has failed.
            var isDraining = shutdown.IsStopping && shutdown.HasDrain;
            if (isDraining)
            {
                using var end = CancellationTokenSource.CreateLinkedTokenSource(
                    shutdown.Closing, cancellationToken);
                await WaitAsync(Timeout.InfiniteTimeSpan, end.Token);
            }

            await listener.UnbindAsync(cancellationToken);
            if (isDraining)
            {
                await WaitAsync(s_endOfConnections, cancellationToken);
            }
        }

        public ValueTask DisposeAsync() => listener.DisposeAsync();

        private static async Task WaitAsync(TimeSpan time, CancellationToken cancellationToken)
        {
            await Task.Delay(time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
