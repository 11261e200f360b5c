using System.Diagnostics;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>Waits for a condition without sleeping longer than it takes.</summary>
internal static class Poll
{
    /// <summary>A process that runs may write a line after it has answered what a test has asked.</summary>
    public static Task UntilContainsAsync(Func<string> readOutput, string text) =>
        UntilAsync(() => Task.FromResult(readOutput().Contains(text, StringComparison.Ordinal)));

    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan? atMost = null)
    {
        var limit = atMost ?? TimeSpan.FromSeconds(60);
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(watch.Elapsed < limit, $"The condition was not met within {limit}.");
            await Task.Delay(25);
        }
    }
}
