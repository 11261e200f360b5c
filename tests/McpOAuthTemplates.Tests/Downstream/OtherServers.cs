using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;

namespace McpOAuthTemplates.Tests.Downstream;

/// <summary>A request that arrived, with all its headers.</summary>
internal sealed record Received(string Path, string Headers, string? Authorization, Dictionary<string, string> Form)
{
    /// <summary>Who is behind it: the subject of the exchanged token, or that of the token to exchange.</summary>
    public required string User { get; init; }
}

/// <summary>
/// What the server calls: a token endpoint, which exchanges tokens or answers as a test wants, and an API that tells which token it got.
/// </summary>
internal sealed class OtherServers : IAsyncDisposable
{
    private readonly int _port = ServerProcess.GetFreePort();
    private readonly ConcurrentDictionary<string, Func<IResult>> _answers = new();
    private WebApplication? _app;
    private int _tokens;

    public string Api => $"http://localhost:{_port}/api";

    public string TokenEndpoint => $"http://localhost:{_port}/token";

    public ConcurrentQueue<Received> Calls { get; } = [];

    public ConcurrentQueue<Received> Exchanges { get; } = [];

    /// <summary>A token for the user, by which it can be told apart and found in a log.</summary>
    public static string GetTokenStart(string user) => $"exchanged-{user}-";

    /// <summary>What the token endpoint answers for this user.</summary>
    public void Answer(string user, Func<IResult> answer) => _answers[user] = answer;

    public void Answer(string user, JsonObject json, int status = 200) =>
        Answer(user, () => Results.Text(json.ToJsonString(), "application/json", statusCode: status));

    public Received[] GetCalls(string user) => [.. Calls.Where(call => call.User == user)];

    public Received[] GetExchanges(string user) => [.. Exchanges.Where(exchange => exchange.User == user)];

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, _port));
        _app = builder.Build();
        _app.MapPost("/token", ExchangeAsync);
        _app.MapGet("/api/{**path}", CallAsync);
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private async Task<IResult> ExchangeAsync(HttpRequest http)
    {
        var form = await http.ReadFormAsync();
        var values = form.ToDictionary(field => field.Key, field => field.Value.ToString());
        var subject = values.GetValueOrDefault("subject_token") ?? values["assertion"];
        var user = new JsonWebToken(subject).Subject;
        Exchanges.Enqueue(Read(http, user, values));
        if (_answers.TryGetValue(user, out var answer))
        {
            return answer();
        }

        return Results.Text(CreateAnswer(user).ToJsonString(), "application/json");
    }

    public JsonObject CreateAnswer(string user) => new()
    {
        ["access_token"] = $"{GetTokenStart(user)}{Interlocked.Increment(ref _tokens)}",
        ["issued_token_type"] = "urn:ietf:params:oauth:token-type:access_token",
        ["token_type"] = "Bearer",
        ["expires_in"] = 300,
    };

    private IResult CallAsync(HttpRequest http)
    {
        var authorization = http.Headers.Authorization.ToString();
        var user = authorization.Split('-') is [_, .. var name, _] ? string.Join('-', name) : "nobody";
        Calls.Enqueue(Read(http, user, []));
        http.HttpContext.Response.Headers.SetCookie = $"user={user}";
        return http.Path.Value switch
        {
            "/api/redirect" => Results.Redirect($"{Api}/elsewhere"),
            "/api/forbidden" => Results.StatusCode(403),
            _ => Results.Text($"orders of {user}"),
        };
    }

    private static Received Read(HttpRequest http, string user, Dictionary<string, string> form) => new(
        http.Path + http.QueryString,
        string.Join('\n', http.Headers.Select(header => $"{header.Key}: {header.Value}")),
        http.Headers.Authorization,
        form) { User = user };
}
