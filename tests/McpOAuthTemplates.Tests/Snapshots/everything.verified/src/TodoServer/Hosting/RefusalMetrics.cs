using System.Diagnostics;
using System.Diagnostics.Metrics;
using TodoServer.Authorization;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.IdentityModel.Tokens;
using ModelContextProtocol.Server;

namespace TodoServer.Hosting;

/// <summary>
/// Counts the requests that were refused: 401 by reason, 403 by reason and tool. Never by person, and all values of the tags are
/// the server's own, so that no client can make more of them.
/// </summary>
internal static class RefusalMetrics
{
    public const string MeterName = "OAuth";

    private static readonly Meter s_meter = new(MeterName);

    private static readonly Counter<long> s_challenges =
        s_meter.CreateCounter<long>("oauth.challenges", "{request}", "Requests without a valid token.");

    private static readonly Counter<long> s_denials =
        s_meter.CreateCounter<long>("oauth.denials", "{request}", "Requests whose token does not allow them.");

    public static void AddRefusalMetrics(this IServiceCollection services)
    {
        services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, CountChallenges);
        services.AddSingleton<InsufficientScopeResultHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, DenialCounter>();
    }

    private static void CountChallenges(JwtBearerOptions jwt)
    {
        var challenge = jwt.Events.OnChallenge;
        jwt.Events.OnChallenge = context =>
        {
            var reason = context.AuthenticateFailure switch
            {
                null => "missing",
                SecurityTokenExpiredException => "expired",
                SecurityTokenInvalidAudienceException => "audience",
                SecurityTokenInvalidIssuerException => "issuer",
                _ => "invalid",
            };
            s_challenges.Add(1, new TagList { { "reason", reason } });
            return challenge(context);
        };
    }

    private sealed class DenialCounter(InsufficientScopeResultHandler handler) : IAuthorizationMiddlewareResultHandler
    {
        public async Task HandleAsync(
            RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
        {
            await handler.HandleAsync(next, context, policy, authorizeResult);
            if (!authorizeResult.Forbidden)
            {
                return;
            }

            // The answer has a challenge if more scopes would help.
            var hasChallenge = context.Response.Headers.WWWAuthenticate.Count > 0;
            var tags = new TagList { { "reason", hasChallenge ? "insufficient_scope" : "forbidden" } };
            if (context.Features.Get<IMcpServerPrimitive>() is McpServerTool tool)
            {
                tags.Add("gen_ai.tool.name", tool.ProtocolTool.Name);
            }

            s_denials.Add(1, tags);
        }
    }
}
