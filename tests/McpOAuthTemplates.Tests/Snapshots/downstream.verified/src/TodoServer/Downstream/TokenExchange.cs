using global::TodoServer.Authorization;
using Microsoft.Extensions.Options;

namespace TodoServer.Downstream;

/// <summary>Asks the authorization server for a token for an API (RFC 8693).</summary>
internal sealed partial class TokenExchange(
    IHttpClientFactory clients,
    IOptionsMonitor<DownstreamOptions> options,
    IOptions<OAuthOptions> oauth,
    IssuerKeys issuer,
    IHostEnvironment environment,
    ILogger<TokenExchange> logger)
{
    /// <summary>The name of the HttpClient for the token endpoint.</summary>
    public const string HttpName = "token-exchange";

    private const int MaxCode = 60;

    public static void Configure(HttpClient http)
    {
        http.Timeout = TimeSpan.FromSeconds(10);
        http.MaxResponseContentBufferSize = 64 * 1024;
    }

    /// <summary>Does not throw: all that can go wrong is in the result.</summary>
    public async Task<ExchangeResult> RequestAsync(string name, string callerToken)
    {
        try
        {
            var endpoint = await FindEndpointAsync(options.Get(name));
            if (endpoint is null)
            {
                LogNoEndpoint(name);
                return ExchangeResult.Failed(ExchangeErrors.NotAvailable);
            }

            return await SendAsync(name, endpoint, callerToken);
        }
        catch (IssuerUnavailableException)
        {
            LogFailure(name, "The discovery document of the issuer cannot be read.");
        }
        catch (OperationCanceledException)
        {
            LogFailure(name, "The token endpoint does not answer in time.");
        }
        catch (HttpRequestException exception)
        {
            var error = exception.HttpRequestError;
            LogFailure(name, $"The token endpoint cannot be reached ({error}).");
        }

        return ExchangeResult.Failed(ExchangeErrors.NotAvailable);
    }

    private async Task<ExchangeResult> SendAsync(string name, Uri endpoint, string callerToken)
    {
        var api = options.Get(name);
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        var form = ExchangeForm.Create(api, callerToken);
        ExchangeClient.Authenticate(request, form, api, oauth.Value.Issuer);
        request.Content = new FormUrlEncodedContent(form);
        request.Headers.Accept.ParseAdd("application/json");

        using var http = clients.CreateClient(HttpName);
        using var response = await http.SendAsync(request);
        var answer = ExchangeAnswer.Read(await response.Content.ReadAsByteArrayAsync());
        if (answer.Token == callerToken)
        {
            LogFailure(name, "The token endpoint has returned the token of the caller.");
            return ExchangeResult.Failed(ExchangeErrors.NotAvailable);
        }

        if (response.IsSuccessStatusCode && answer.Token is { } token)
        {
            return ExchangeResult.Success(token, answer.Lifetime);
        }

        var status = (int)response.StatusCode;
        LogRefusal(name, status, CleanCode(answer.Error));
        return Judge(status, answer);
    }

    private static ExchangeResult Judge(int status, ExchangeAnswer answer)
    {
        if (status is < 400 or >= 500)
        {
            return ExchangeResult.Failed(ExchangeErrors.NotAvailable);
        }

        if (status == StatusCodes.Status429TooManyRequests || answer.Error is null)
        {
            return ExchangeResult.Refused(ExchangeErrors.NotAvailable);
        }

        return ExchangeResult.Refused(ExchangeErrors.Describe(answer.Error, answer.SubError));
    }

    /// <summary>Null if there is none to which a token may be sent.</summary>
    private async ValueTask<Uri?> FindEndpointAsync(DownstreamOptions api)
    {
        var text = api.TokenEndpoint;
        if (string.IsNullOrEmpty(text))
        {
            var discovered = await issuer.GetAsync();
            text = discovered.TokenEndpoint;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var url))
        {
            return null;
        }

        if (url.Scheme == "https" || (url.Scheme == "http" && environment.IsDevelopment()))
        {
            return url;
        }

        return null;
    }

    // Anyone may have written the answer, so what is logged of it cannot be more than a code.
    private static string CleanCode(string? code)
    {
        if (code is null)
        {
            return "without an error code";
        }

        if (code.Length >= MaxCode || !code.All(IsOfCode))
        {
            return "with an odd error code";
        }

        return code;
    }

    private static bool IsOfCode(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';

    [LoggerMessage(1, LogLevel.Warning, "No token for Downstream:{Name}: {Status} {Code}.")]
    private partial void LogRefusal(string name, int status, string code);

    [LoggerMessage(2, LogLevel.Warning, "No token for Downstream:{Name}: {Reason}")]
    private partial void LogFailure(string name, string reason);

    [LoggerMessage(
        3, LogLevel.Warning,
        "No token for Downstream:{Name}: the discovery document has no https token endpoint.")]
    private partial void LogNoEndpoint(string name);
}
