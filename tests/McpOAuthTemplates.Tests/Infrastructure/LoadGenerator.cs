using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>
/// Sends prepared requests over connections that it keeps for a run: a server may close those that are idle.
/// It reads no more of HTTP than the end of a response takes, so that it costs far less than the server on the other core.
/// </summary>
internal sealed class LoadGenerator(Uri address, Func<int, byte[]> getRequest, int expectedStatus, int connections)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>The bytes of a request to an MCP endpoint, as a client would send it.</summary>
    public static async Task<byte[]> SerializeAsync(Uri endpoint, HttpRequestMessage request)
    {
        var body = await request.Content!.ReadAsByteArrayAsync();
        var head = new StringBuilder($"POST {endpoint.AbsolutePath} HTTP/1.1\r\nHost: {endpoint.Authority}\r\n");
        foreach (var (name, values) in request.Headers.NonValidated.Concat(request.Content.Headers.NonValidated))
        {
            head.Append(name).Append(": ").Append(values).Append("\r\n");
        }

        if (!request.Content.Headers.NonValidated.Contains("Content-Length"))
        {
            head.Append("Content-Length: ").Append(body.Length).Append("\r\n");
        }

        return [.. Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), .. body];
    }

    /// <summary>Sends this many requests. Any other status than the expected one is an error.</summary>
    public async Task<LoadResult> RunAsync(int requests)
    {
        var left = requests;
        var latencies = new TimeSpan[requests];
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
        {
            using var connection = await ConnectAsync();
            var buffer = new byte[16 * 1024];
            while (Interlocked.Decrement(ref left) is var number and >= 0)
            {
                var request = getRequest(number);
                var start = Stopwatch.GetTimestamp();
                await connection.SendAsync(request);
                if (await ReceiveAsync(connection, buffer) is var status && status != expectedStatus)
                {
                    throw new InvalidOperationException($"{address} answered {status} instead of {expectedStatus}.");
                }

                latencies[number] = Stopwatch.GetElapsedTime(start);
            }
        }));
        return new LoadResult(watch.Elapsed, latencies);
    }

    /// <summary>Sends requests until one has the expected status: what a server does that is just starting.</summary>
    public static async Task WaitAsync(Uri address, byte[] request, int expectedStatus)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await new LoadGenerator(address, _ => request, expectedStatus, connections: 1).RunAsync(1);
                return;
            }
            catch (Exception exception) when (exception is SocketException or InvalidOperationException && watch.Elapsed < s_patience)
            {
                Thread.Sleep(1);
            }
        }
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, address.Port);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<int> ReceiveAsync(Socket connection, byte[] buffer)
    {
        var length = 0;
        do
        {
            var read = await connection.ReceiveAsync(buffer.AsMemory(length));
            if (read == 0)
            {
                throw new InvalidOperationException("The connection was closed, or the response is too long.");
            }

            length += read;
        }
        while (!IsComplete(buffer.AsSpan(0, length)));

        return ((buffer[9] - '0') * 100) + ((buffer[10] - '0') * 10) + (buffer[11] - '0');
    }

    private static bool IsComplete(ReadOnlySpan<byte> response)
    {
        var head = response.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return false;
        }

        // One request at a time: nothing can follow the response.
        var length = response[..head].IndexOf("Content-Length: "u8);
        return length < 0
            ? response.EndsWith("0\r\n\r\n"u8) && response.Length > head + 4
            : System.Buffers.Text.Utf8Parser.TryParse(response[(length + 16)..], out int body, out _)
                && response.Length == head + 4 + body;
    }
}

/// <summary>How long all requests took, and each of them.</summary>
internal sealed record LoadResult(TimeSpan Elapsed, IReadOnlyList<TimeSpan> Latencies)
{
    /// <summary>The time within which 99 of 100 requests were answered.</summary>
    public TimeSpan Percentile99 => Latencies.Order().ElementAt(Latencies.Count * 99 / 100);
}
