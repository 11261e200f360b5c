using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.IdentityModel.Tokens;
using ModelContextProtocol.Server;

namespace TodoServer.Authorization;

/// <summary>
/// Counts refused requests: 401 by reason, 403 by reason and tool. Never by user, and all tag
/// values come from the server, so that no client can create new ones.
/// </summary>
internal static class RefusalMetrics
{
    public const string MeterName = "OAuth";

    private static readonly Meter s_meter = new(MeterName);

    private static readonly Counter<long> s_challenges =
        s_meter.CreateCounter<long>("oauth.challenges", "{request}", "Requests without a valid token.");

    private static readonly Counter<long> s_denials =
        s_meter.CreateCounter<long>("oauth.denials", "{request}", "Requests whose token does not allow them.");

    public static void CountChallenge(Exception? failure)
    {
        var reason = failure switch
        {
            null => "missing",
            SecurityTokenExpiredException => "expired",
            SecurityTokenInvalidAudienceException => "audience",
            SecurityTokenInvalidIssuerException => "issuer",
            _ => "invalid",
        };
        s_challenges.Add(1, new TagList { { "reason", reason } });
    }

    public static void CountDenial(HttpContext context, string reason)
    {
        var tags = new TagList { { "reason", reason } };
        if (context.Features.Get<IMcpServerPrimitive>() is McpServerTool tool)
        {
            tags.Add("gen_ai.tool.name", tool.ProtocolTool.Name);
        }

        s_denials.Add(1, tags);
    }
}
