using System.Collections.Concurrent;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>Sends requests over some connections, each as soon as the one before is answered, and counts those that fail.</summary>
internal sealed class Load(HttpClient client, Func<HttpRequestMessage> create, int connections)
{
    private int _sent;
    private int _answered;

    /// <summary>What was answered in another way than with 200, or not at all.</summary>
    public ConcurrentQueue<string> Failures { get; } = [];

    public int Answered => _answered;

    /// <summary>How many requests are on their way at the same time.</summary>
    public int Connections => connections;

    /// <summary>Sends this many requests, and more until the other task has ended.</summary>
    public Task RunAsync(int atLeast, Task other) =>
        Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => SendAllAsync(atLeast, other))));

    private async Task SendAllAsync(int atLeast, Task other)
    {
        while (Interlocked.Increment(ref _sent) <= atLeast || !other.IsCompleted)
        {
            await SendAsync();
        }
    }

    private async Task SendAsync()
    {
        try
        {
            using var request = create();
            using var response = await client.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            if (!response.IsSuccessStatusCode)
            {
                Failures.Enqueue($"{(int)response.StatusCode} {text}");
                return;
            }

            Interlocked.Increment(ref _answered);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            Failures.Enqueue(exception.Message);
        }
    }
}
