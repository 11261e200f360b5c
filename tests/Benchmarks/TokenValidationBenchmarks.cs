using BenchmarkDotNet.Attributes;
using McpOAuthServer.Authorization;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace McpOAuthTemplates.Benchmarks;

/// <summary>What the cache of the generated server saves, and what it costs where it cannot help.</summary>
[InProcess, MemoryDiagnoser]
public class TokenValidationBenchmarks
{
    private const string Audience = "http://localhost:5199/mcp";

    private readonly JsonWebTokenHandler _library = new();
    private readonly AccessTokenValidator _cached;
    private readonly AccessTokenValidator _off;
    private readonly SharedValidationParameters _parameters;
    private readonly string _token;

    public TokenValidationBenchmarks()
    {
        var issuer = new TestIssuer();
        issuer.StartAsync().GetAwaiter().GetResult();
        _parameters = new()
        {
            ValidIssuer = issuer.Issuer,
            ValidAudience = Audience,
            IssuerSigningKeys = [issuer.Key],
        };
        _cached = CreateValidator(issuer, TimeSpan.FromHours(1));
        _off = CreateValidator(issuer, TimeSpan.Zero);
        _token = issuer.CreateToken(Audience, "todo:read", claims: ("exp", DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds()));
    }

    [Benchmark(Baseline = true)]
    public Task<int> Library() => CountClaimsAsync(_library);

    [Benchmark]
    public Task<int> Cached() => CountClaimsAsync(_cached);

    [Benchmark]
    public Task<int> CacheOff() => CountClaimsAsync(_off);

    // The library makes the claims only when somebody asks for them.
    private async Task<int> CountClaimsAsync(TokenHandler handler)
    {
        var result = await handler.ValidateTokenAsync(_token, _parameters);
        return result.IsValid ? result.ClaimsIdentity.Claims.Count() : throw result.Exception;
    }

    private static AccessTokenValidator CreateValidator(TestIssuer issuer, TimeSpan duration)
    {
        var oauth = new OAuthOptions { Issuer = issuer.Issuer, Resource = Audience };
        var services = new ServiceCollection().AddSingleton<IHostEnvironment>(
            new HostingEnvironment { EnvironmentName = Environments.Development });
        var keys = new IssuerKeys(
            Options.Create(oauth), new DiscoveryDocument(Options.Create(oauth), services.BuildServiceProvider()));
        var tokens = new ValidTokens(new MemoryCache(new MemoryCacheOptions { SizeLimit = 4096 }), duration);
        return new AccessTokenValidator(tokens, new AccessTokenChecks(oauth), new AccessTokenScopes(oauth), keys);
    }
}
