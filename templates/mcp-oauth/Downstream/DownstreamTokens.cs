using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Memory;
using ModelContextProtocol;

namespace McpOAuthServer.Downstream;

/// <summary>
/// The tokens for other APIs, in the memory of this process. Calls that need the same token at the
/// same time wait for one exchange. Who has the token of a caller has been checked to be that
/// caller, so its hash is the key.
/// </summary>
internal sealed class DownstreamTokens(TokenExchange exchange) : IDisposable
{
    private const int MaxCount = 4096;

    // Of a token, so that it does not expire on its way.
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(30);

    // Of a refusal, so that a model that tries again and again does not bother the provider.
    private static readonly TimeSpan s_refusal = TimeSpan.FromSeconds(10);

    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = MaxCount });
    private readonly ConcurrentDictionary<string, Lazy<Task<ExchangeResult>>> _running = new();

    /// <summary>
    /// A token for the API, for the user of the caller's token. Throws an exception whose message
    /// is for the model.
    /// </summary>
    public async Task<string> GetAsync(
        string name, string callerToken, CancellationToken cancellationToken)
    {
        var key = CreateKey(name, callerToken);
        var result = Find(key);
        if (result is null)
        {
            // The first caller may leave while others wait for the same exchange, so it is not
            // canceled with a call. The timeout of the HTTP client ends it.
            var exchanging = _running.GetOrAdd(
                key, _ => new(() => ExchangeAsync(key, name, callerToken)));
            result = await exchanging.Value.WaitAsync(cancellationToken);
        }

        return result.Token ?? throw new McpException(result.Problem);
    }

    public void Dispose() => _cache.Dispose();

    private static string CreateKey(string name, string callerToken)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(callerToken));
        return $"{name} {Convert.ToHexString(hash)}";
    }

    private async Task<ExchangeResult> ExchangeAsync(string key, string name, string callerToken)
    {
        await Task.Yield(); // So that the entry is there before it is removed.
        try
        {
            // A call may have asked just before another one was done.
            if (Find(key) is { } known)
            {
                return known;
            }

            var result = await exchange.RequestAsync(name, callerToken);
            Keep(key, result);
            return result;
        }
        finally
        {
            _running.TryRemove(key, out _);
        }
    }

    private ExchangeResult? Find(string key) => _cache.Get<ExchangeResult>(key);

    private void Keep(string key, ExchangeResult result)
    {
        var span = result.Lifetime - s_margin;
        if (result.IsRefusal)
        {
            span = s_refusal;
        }

        if (span <= TimeSpan.Zero)
        {
            return;
        }

        var entry = new MemoryCacheEntryOptions
        {
            Size = 1,
            AbsoluteExpirationRelativeToNow = span,
        };
        _cache.Set(key, result, entry);
    }
}
