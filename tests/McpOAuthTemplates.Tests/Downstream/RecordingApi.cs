using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;

namespace McpOAuthTemplates.Tests.Downstream;

/// <summary>
/// An API behind the server. It keeps all that comes to it, and answers for whom it was called,
/// unless a test wants another answer for a path.
/// </summary>
internal sealed class RecordingApi : IAsyncDisposable
{
    private LoopbackHost? _host;

    public Uri Address => _host!.Address;

    public ConcurrentQueue<ApiRequest> Requests { get; } = [];

    /// <summary>Answers by path.</summary>
    public ConcurrentDictionary<string, RequestDelegate> Answers { get; } = new();

    public static async Task<RecordingApi> StartAsync()
    {
        var api = new RecordingApi();
        api._host = await LoopbackHost.StartAsync(api.AnswerAsync);
        return api;
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var request = await ApiRequest.ReadAsync(http.Request);
        Requests.Enqueue(request);
        if (Answers.TryGetValue(http.Request.Path, out var answer))
        {
            await answer(http);
            return;
        }

        await http.Response.WriteAsync($"orders for {FindSubject(request.Token)}");
    }

    // Without the rest of the token, so that it is not in the result of a tool.
    private static string FindSubject(string? token)
    {
        if (token is null)
        {
            return "nobody";
        }

        return token.StartsWith(FakeTokenEndpoint.Mark, StringComparison.Ordinal)
            ? token.Split('.')[1]
            : new JsonWebToken(token).Subject;
    }
}

/// <summary>A request as it came.</summary>
internal sealed record ApiRequest(string Method, string Url, string Headers, string? Token, string Body)
{
    /// <summary>All of it, to look for what must not be there.</summary>
    public string Text => $"{Method} {Url}\n{Headers}\n{Body}";

    public static async Task<ApiRequest> ReadAsync(HttpRequest request)
    {
        var headers = new StringBuilder();
        foreach (var (name, value) in request.Headers)
        {
            headers.Append(name).Append(": ").Append(value).Append('\n');
        }

        var authorization = request.Headers.Authorization.ToString();
        var token = authorization.StartsWith("Bearer ", StringComparison.Ordinal) ? authorization["Bearer ".Length..] : null;
        using var reader = new StreamReader(request.Body);
        return new ApiRequest(
            request.Method,
            request.Path + request.QueryString,
            headers.ToString(),
            token,
            await reader.ReadToEndAsync());
    }
}
