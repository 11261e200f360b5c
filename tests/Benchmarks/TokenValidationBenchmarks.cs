using BenchmarkDotNet.Attributes;
using McpOAuthServer.Authorization;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace McpOAuthTemplates.Benchmarks;

/// <summary>What the cache of the generated server saves, and what it costs where it cannot help.</summary>
[InProcess, MemoryDiagnoser]
public class TokenValidationBenchmarks
{
    private const string Audience = "http://localhost:5199/mcp";

    private readonly JsonWebTokenHandler _library = new();
    private readonly CachingTokenHandler _cached = CreateHandler(TimeSpan.FromHours(1));
    private readonly CachingTokenHandler _off = CreateHandler(TimeSpan.Zero);
    private readonly TokenValidationParameters _parameters;
    private readonly string _token;

    public TokenValidationBenchmarks()
    {
        var issuer = new TestIssuer();
        var keys = new OpenIdConnectConfiguration { Issuer = issuer.Issuer };
        keys.SigningKeys.Add(issuer.Key);
        _parameters = new()
        {
            ValidIssuer = issuer.Issuer,
            ValidAudience = Audience,
            ConfigurationManager = new StaticConfigurationManager<OpenIdConnectConfiguration>(keys),
        };
        _token = issuer.CreateToken(Audience, "todo:read", claims: ("exp", DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds()));
    }

    [Benchmark(Baseline = true)]
    public Task<int> Library() => CountClaimsAsync(_library);

    [Benchmark]
    public Task<int> Cached() => CountClaimsAsync(_cached);

    [Benchmark]
    public Task<int> CacheOff() => CountClaimsAsync(_off);

    // The library makes the claims only when somebody asks for them.
    private async Task<int> CountClaimsAsync(JsonWebTokenHandler handler)
    {
        var result = await handler.ValidateTokenAsync(_token, _parameters);
        return result.IsValid ? result.ClaimsIdentity.Claims.Count() : throw result.Exception;
    }

    private static CachingTokenHandler CreateHandler(TimeSpan duration) =>
        new(new MemoryCache(new MemoryCacheOptions { SizeLimit = 4096 }), duration);
}
