#if DEBUG
using global::TodoServer.Authorization;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TodoServer.DevAuthorizationServer;

/// <summary>
/// Another API, to try out calls for a user: it tells for whom it was called. It accepts only
/// tokens that were issued for it.
/// </summary>
internal sealed partial class SampleApi(OAuthOptions oauth, RsaSecurityKey key, ILogger logger)
{
    public const string OrdersPath = "/dev-api/orders";

    private readonly string _audience =
        new Uri(oauth.Issuer).GetLeftPart(UriPartial.Authority) + "/dev-api";

    public async Task<IResult> ListOrdersAsync(HttpRequest http)
    {
        var header = http.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return Refuse(http);
        }

        var parameters = ExchangeGrant.CreateParameters(oauth, key, _audience);
        var result = await new JsonWebTokenHandler()
            .ValidateTokenAsync(header["Bearer ".Length..], parameters);
        if (!result.IsValid)
        {
            return Refuse(http);
        }

        var token = (JsonWebToken)result.SecurityToken;
        var client = token.GetClaim("client_id").Value;
        LogCall(token.Subject, client);
        return Results.Text($"orders of {token.Subject}, asked for by {client}");
    }

    private IResult Refuse(HttpRequest http)
    {
        LogRefusal();
        http.HttpContext.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        return Results.StatusCode(StatusCodes.Status401Unauthorized);
    }

    [LoggerMessage(1, LogLevel.Information, "The sample API was called for {Subject}, by {Client}.")]
    private partial void LogCall(string subject, string client);

    [LoggerMessage(2, LogLevel.Information, "The sample API was called without a token for it.")]
    private partial void LogRefusal();
}
#endif
