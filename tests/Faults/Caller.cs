using System.Diagnostics;
using System.Net;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Faults;

/// <summary>Sends calls to a server, and judges and counts the answers.</summary>
internal sealed class Caller(HttpClient client, Figures figures)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    public async Task<Answer> SendAsync(Call call)
    {
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            using var request = CreateRequest(call);
            using var response = await client.SendAsync(request, patience.Token);
            return Judge(call, response, await ReadTextAsync(response, patience.Token));
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConnectionError)
        {
            figures.Add(Answer.NotAccepted);
            await Task.Delay(50);
            return Answer.NotAccepted;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            figures.Add(Answer.Lost, $"{call.User}: {exception.GetBaseException().Message}");
            return Answer.Lost;
        }
    }

    /// <summary>Sends calls until one is answered so. Returns how long that took.</summary>
    public async Task<TimeSpan> PollAsync(Func<Call> createCall, Answer expected, TimeSpan atMost)
    {
        var watch = Stopwatch.StartNew();
        await Poll.UntilAsync(async () => await SendAsync(createCall()) == expected, atMost);
        return watch.Elapsed;
    }

    private static HttpRequestMessage CreateRequest(Call call)
    {
        var parameters = new { name = call.Tool, arguments = call.Arguments ?? new { } };
        return McpRequests.Create("tools/call", call.Token, parameters);
    }

    // The text of a result has its line feeds as JSON has them.
    private static async Task<string> ReadTextAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return text.Replace("\\n", "\n", StringComparison.Ordinal);
    }

    private Answer Judge(Call call, HttpResponseMessage response, string text)
    {
        var answer = Classify(call, response, text);
        if (answer is Answer.Wrong or Answer.Lost)
        {
            figures.Add(answer, $"{call.User}, {call.State} token: {(int)response.StatusCode} {text}");
        }
        else
        {
            figures.Add(answer);
        }

        return answer;
    }

    private static Answer Classify(Call call, HttpResponseMessage response, string text)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK when call.State == TokenState.Invalid:
                return Answer.Wrong;

            case HttpStatusCode.OK when text.Contains(call.Result, StringComparison.Ordinal):
                return Answer.Served;

            case HttpStatusCode.OK:
                return Answer.Wrong; // Perhaps the data of somebody else.

            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden when call.State == TokenState.Valid:
                return Answer.Wrong;

            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                return Answer.Refused;

            case HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests
                when response.Headers.RetryAfter is not null:
                return Answer.ToldToWait;

            default:
                return Answer.Lost;
        }
    }
}
