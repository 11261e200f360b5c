using System.Collections.Concurrent;
using global::TodoServer.Authorization;
using ModelContextProtocol.Server;

namespace TodoServer.Hosting;

/// <summary>
/// Logs one line for each refused request, without a token, a claim of a person or an argument. Of
/// one kind, each instance writes at most ten lines per second, so that a flood of requests does
/// not fill a disk.
/// </summary>
internal sealed partial class RefusalLog(ILoggerFactory loggers, TimeProvider time)
{
    /// <summary>The category, for Logging:LogLevel in the settings.</summary>
    public const string Category = "OAuth.Refusals";

    private const int LinesPerSecond = 10;

    private readonly ILogger _logger = loggers.CreateLogger(Category);
    private readonly ConcurrentDictionary<string, Second> _seconds = new();

    public void Write(HttpContext http, int status, string error, string description)
    {
        if (!_logger.IsEnabled(LogLevel.Information))
        {
            return;
        }

        var second = _seconds.GetOrAdd($"{status} {error}", _ => new Second());
        if (second.Take(time.GetUtcNow().ToUnixTimeSeconds()) is not { } left)
        {
            return;
        }

        var tool = (http.Features.Get<IMcpServerPrimitive>() as McpServerTool)?.ProtocolTool.Name;
        LogRefusal(status, error, description, LogText.Clean(http.User.GetClientId()), tool, LogText.FindTrace(http));
        if (left > 0)
        {
            LogLeftOut(left, status, error);
        }
    }

    [LoggerMessage(1, LogLevel.Information,
        "Refused with {Status} {Error}: {Description} Client: {Client}. Tool: {Tool}. Trace: {TraceId}.")]
    private partial void LogRefusal(
        int status, string error, string description, string? client, string? tool, string traceId);

    [LoggerMessage(2, LogLevel.Information, "{Count} more lines like 'Refused with {Status} {Error}' were left out.")]
    private partial void LogLeftOut(int count, int status, string error);

    /// <summary>Counts the lines of one kind within a second.</summary>
    private sealed class Second
    {
        private readonly Lock _lock = new();
        private long _start;
        private int _written;
        private int _leftOut;

        /// <summary>
        /// How many lines were left out before this one, or null if this one is left out as well.
        /// </summary>
        public int? Take(long now)
        {
            lock (_lock)
            {
                if (now != _start)
                {
                    _start = now;
                    _written = 0;
                }

                if (_written == LinesPerSecond)
                {
                    _leftOut++;
                    return null;
                }

                _written++;
                var leftOut = _leftOut;
                _leftOut = 0;
                return leftOut;
            }
        }
    }
}
