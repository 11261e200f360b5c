using global::McpOAuthServer.Authorization;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace McpOAuthServer.ClientRegistration;

/// <summary>
/// Whether clients that register here can sign in at the provider, as its discovery document
/// describes it. The log says it if not, and so does /readyz.
/// </summary>
internal sealed partial class ProviderCheck(
    IOptions<RegistrationOptions> registration, IssuerKeys issuer, ILogger<ProviderCheck> logger)
{
    private const string HasRegistration =
        "The provider registers clients itself: remove OAuth:Registration:ClientId.";

    private const string SendsIssuer =
        "The provider names itself in its redirects (iss, RFC 9207), and clients that registered "
        + "here would refuse them: remove OAuth:Registration:ClientId, and register each client at "
        + "the provider.";

    private const string HasNoS256 =
        "The provider does not support PKCE with S256, which clients need: remove "
        + "OAuth:Registration:ClientId.";

    private const string HasNoEndpoint =
        "The discovery document of the provider has no authorization_endpoint or no "
        + "token_endpoint.";

    private volatile string? _reported;
    private volatile bool _wasGood;

    /// <summary>
    /// Answers 503 if clients could not sign in. Once they could, this server stays ready for
    /// those who are signed in, whatever the provider changes: then, only the log says it.
    /// </summary>
    public static async Task<bool> RefuseAsync(HttpContext http)
    {
        var check = http.RequestServices.GetRequiredService<ProviderCheck>();
        if (check.FindRefusal() is not { } reason)
        {
            return false;
        }

        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.WriteAsync($"Unhealthy: {reason}");
        return true;
    }

    public static string? FindMissingEndpoint(OpenIdConnectConfiguration provider)
    {
        var isThere = IsUrl(provider.AuthorizationEndpoint) && IsUrl(provider.TokenEndpoint);
        return isThere ? null : HasNoEndpoint;
    }

    /// <summary>Writes a line to the log if something has become wrong.</summary>
    public string? Report(OpenIdConnectConfiguration provider)
    {
        var problem = FindProblem(provider);
        if (problem is not null && problem != _reported)
        {
            LogProblem(problem);
        }

        _reported = problem;
        _wasGood |= problem is null;
        return problem;
    }

    private string? FindRefusal()
    {
        if (!registration.Value.IsOn || issuer.Current is not { } provider)
        {
            return null;
        }

        var problem = Report(provider);
        return _wasGood ? null : problem;
    }

    private static string? FindProblem(OpenIdConnectConfiguration provider)
    {
        if (!string.IsNullOrEmpty(provider.RegistrationEndpoint))
        {
            return HasRegistration;
        }

        if (provider.AuthorizationResponseIssParameterSupported)
        {
            return SendsIssuer;
        }

        var methods = provider.CodeChallengeMethodsSupported;
        if (methods.Count > 0 && !methods.Contains("S256"))
        {
            return HasNoS256;
        }

        return FindMissingEndpoint(provider);
    }

    private static bool IsUrl(string? text) => Uri.TryCreate(text, UriKind.Absolute, out _);

    [LoggerMessage(1, LogLevel.Error, "Clients that register here cannot sign in: {Reason}")]
    private partial void LogProblem(string reason);
}
