using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;

namespace McpOAuthTemplates.Tests.Downstream;

/// <summary>
/// A token endpoint that answers what a test wants for the subject of the token that it gets, and
/// else with a new token that names this subject. Each row of a test has a subject of its own.
/// </summary>
internal sealed class FakeTokenEndpoint : IAsyncDisposable
{
    /// <summary>What each token begins with that comes from here.</summary>
    public const string Mark = "exchanged";

    private LoopbackHost? _host;

    public string Url => new Uri(_host!.Address, "token").AbsoluteUri;

    /// <summary>What came, by subject.</summary>
    public ConcurrentQueue<TokenRequest> Requests { get; } = [];

    /// <summary>Answers by subject.</summary>
    public ConcurrentDictionary<string, RequestDelegate> Answers { get; } = new();

    public static async Task<FakeTokenEndpoint> StartAsync()
    {
        var endpoint = new FakeTokenEndpoint();
        endpoint._host = await LoopbackHost.StartAsync(endpoint.AnswerAsync);
        return endpoint;
    }

    public TokenRequest[] GetRequests(string subject) =>
        [.. Requests.Where(request => request.Subject == subject)];

    /// <summary>A new token for this subject.</summary>
    public static string CreateToken(string subject) => $"{Mark}.{subject}.{Guid.NewGuid():N}";

    /// <summary>The answer with a token, as RFC 8693 describes it.</summary>
    public static Task AnswerTokenAsync(HttpContext http, string token, int? lifetime = 300) => http.Response.WriteAsJsonAsync(new
    {
        access_token = token,
        issued_token_type = "urn:ietf:params:oauth:token-type:access_token",
        token_type = "Bearer",
        expires_in = lifetime,
    });

    /// <summary>An answer with an error.</summary>
    public static RequestDelegate Refuse(int status, string error, string? suberror = null) => async http =>
    {
        http.Response.StatusCode = status;
        await http.Response.WriteAsJsonAsync(new { error, suberror, error_description = "a secret of the provider" });
    };

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var api = await ApiRequest.ReadAsync(http.Request);
        var form = QueryHelpers.ParseQuery(api.Body).ToDictionary(field => field.Key, field => field.Value.ToString());
        var assertion = form.GetValueOrDefault("subject_token") ?? form.GetValueOrDefault("assertion") ?? "";
        var request = new TokenRequest(api, form, new JsonWebToken(assertion).Subject);
        Requests.Enqueue(request);
        if (Answers.TryGetValue(request.Subject, out var answer))
        {
            await answer(http);
            return;
        }

        await AnswerTokenAsync(http, CreateToken(request.Subject));
    }
}

internal sealed record TokenRequest(ApiRequest Request, Dictionary<string, string> Form, string Subject);
