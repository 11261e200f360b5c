using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.IdentityModel.Tokens;

namespace McpOAuthTemplates.Benchmarks;

/// <summary>A kind of request, and the status that a protected server answers.</summary>
internal sealed record RequestKind(string Name, int Status, string Revision, Func<TestIssuer, string, string?> CreateToken)
{
    private static readonly SigningCredentials s_forged = new(TestIssuer.CreateForeignKey(), SecurityAlgorithms.RsaSha256);

    public static RequestKind Old { get; } = new("200, revision 2025-11-25", 200, "2025-11-25", Good);

    public static RequestKind New { get; } = new("200, revision 2026-07-28", 200, "2026-07-28", Good);

    public static RequestKind[] Successes { get; } = [Old, New];

    public static RequestKind NoToken { get; } = new("401, no token", 401, "2025-11-25", (_, _) => null);

    public static RequestKind[] Rejections { get; } =
    [
        NoToken,
        new("401, not a token", 401, "2025-11-25", (_, _) => "nonsense"),
        new("401, other audience", 401, "2025-11-25", (issuer, _) => issuer.CreateToken("https://other.contoso.com/mcp", "todo:read")),
        new("401, expired", 401, "2025-11-25", (issuer, audience) => issuer.CreateToken(audience, "todo:read", claims: ("exp", 1))),
        new("401, unknown key", 401, "2025-11-25", (issuer, audience) => issuer.CreateToken(audience, "todo:read", signedBy: s_forged)),
        new("401, wrong signature", 401, "2025-11-25", (issuer, audience) => issuer.CreateToken(audience, "todo:read", signedBy:
            new(new RsaSecurityKey(((RsaSecurityKey)s_forged.Key).Rsa) { KeyId = issuer.Key.KeyId }, SecurityAlgorithms.RsaSha256))),
        new("403, scope missing", 403, "2025-11-25", (issuer, audience) => issuer.CreateToken(audience, "other")),
    ];

    public async Task<byte[]> SerializeAsync(BenchmarkServer server, TestIssuer issuer)
    {
        var token = server.Kind.HasAuth ? CreateToken(issuer, server.Endpoint.AbsoluteUri) : null;
        var parameters = new { name = server.Kind.Tool, arguments = new { } };
        using var request = McpRequests.Create("tools/call", token, parameters, Revision);
        return await LoadGenerator.SerializeAsync(server.Endpoint, request);
    }

    private static string Good(TestIssuer issuer, string audience) =>
        issuer.CreateToken(audience, "todo:read", claims: ("exp", DateTimeOffset.UtcNow.AddHours(2).ToUnixTimeSeconds()));
}
