using System.Collections.Concurrent;
using System.Net;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Server;

/// <summary>Outside Development the server starts with good settings only, and says all that is wrong at once.</summary>
public sealed class StartupTests
{
    private static readonly (string Name, string Value)[] s_good =
        [("OAuth__Issuer", "https://login.contoso.com/tenant"), ("OAuth__Resource", "https://mcp.contoso.com/mcp")];

    [Fact]
    public async Task Without_settings_one_message_names_all_that_are_missing()
    {
        var result = await RunAsync();

        Assert.NotEqual(0, result.ExitCode);
        Assert.Equal(2, result.Output.Split("Unhandled exception").Length);
        Assert.Contains(
            "OAuth:Issuer is still the placeholder 'https://auth.example.com'. Set it in appsettings.json, or as environment variable OAuth__Issuer.",
            result.Output, StringComparison.Ordinal);
        Assert.Contains(
            "OAuth:Resource is still the placeholder 'https://mcp.example.com/mcp'. Set it in appsettings.json, or as environment variable OAuth__Resource.",
            result.Output, StringComparison.Ordinal);
    }

    // One that cannot be converted ends the reading of its section, and another one depends on RequiredClaims.
    private static readonly string[] s_alone =
        ["Mcp__RequestsPerMinute", "OAuth__RequireAtJwt", "OAuth__AllowMissingAudience"];

    private static readonly Lazy<(string Name, string Value)[][]> s_starts = new(CombineBadSettings);

    private static readonly ConcurrentDictionary<(string Name, string Value)[], Lazy<Task<CommandResult>>> s_results = new();

    public static TheoryData<string, string, string> BadSettings => new()
    {
        { "OAuth__Issuer", "", "OAuth:Issuer must be an absolute URL" },
        { "OAuth__Issuer", "login.contoso.com", "OAuth:Issuer must be an absolute URL" },
        { "OAuth__Issuer", "http://login.contoso.com", "OAuth:Issuer must be https" },
        { "OAuth__Issuer", "http://localhost:5000/dev-auth", "OAuth:Issuer must be https" },
        { "OAuth__Issuer", "https://login.contoso.com/?tenant=1", "OAuth:Issuer must have no query" },
        { "OAuth__Issuer", "https://user:password@login.contoso.com", "OAuth:Issuer must have no query, fragment or user name" },
        { "OAuth__Issuer", "ftp://login.contoso.com", "OAuth:Issuer must be an https URL" },
        { "OAuth__Resource", "/mcp", "OAuth:Resource must be an" },
        { "OAuth__Resource", "http://mcp.contoso.com/mcp", "OAuth:Resource must be https" },
        { "OAuth__Resource", "https://mcp.contoso.com/mcp#tools", "OAuth:Resource must have no query, fragment" },
        { "OAuth__Resource", "https://bücher.contoso.com/mcp", "OAuth:Resource must be plain ASCII" },
        { "OAuth__Resource", "https://mcp.contoso.com/m\"cp", "OAuth:Resource must be plain ASCII" },
        { "OAuth__Resource", "https://mcp.example.com/mcp", "OAuth:Resource is still the placeholder" },
        { "OAuth__AuthorizationServers__0", "http://login.contoso.com", "OAuth:AuthorizationServers:0 must be https" },
        { "OAuth__ValidIssuers__0", "", "OAuth:ValidIssuers:0 must not be empty" },
        { "OAuth__ValidIssuers__0", ":no uri", "OAuth:ValidIssuers:0 must be a URI" },
        { "OAuth__ValidIssuers", "urn:contoso", "OAuth:ValidIssuers must be a list: in the environment OAuth__ValidIssuers__0" },
        { "OAuth__Audiences", "api://x", "OAuth:Audiences must be a list" },
        { "OAuth__AuthorizationServers", "https://login.contoso.com", "OAuth:AuthorizationServers must be a list" },
        { "OAuth__InitialScopes", "todo:read", "OAuth:InitialScopes must be a list" },
        { "Mcp__AllowedOrigins", "https://app.contoso.com", "Mcp:AllowedOrigins must be a list" },
        { "Mcp__AllowedHosts", "app.contoso.com", "Mcp:AllowedHosts must be a list" },
        { "Mcp__AllowedOrigins__0", "null", "Mcp:AllowedOrigins:0 must be an origin as browsers send it" },
        { "Mcp__AllowedOrigins__0", "*", "Mcp:AllowedOrigins:0 must be an origin" },
        { "Mcp__AllowedOrigins__0", "https://app.contoso.com/", "Mcp:AllowedOrigins:0 must be an origin" },
        { "Mcp__AllowedOrigins__0", "https://app.contoso.com:443", "Mcp:AllowedOrigins:0 must be an origin" },
        { "Mcp__AllowedOrigins__0", "https://*.contoso.com", "Mcp:AllowedOrigins:0 must be an origin" },
        { "Mcp__AllowedOrigins__0", "app.contoso.com", "Mcp:AllowedOrigins:0 must be an origin" },
        { "Mcp__AllowedOrigins__0", "app.contoso.com:8080", "Mcp:AllowedOrigins:0 must be an origin" },
        { "Mcp__AllowedOrigins__0", "https://a.contoso.com,https://b.contoso.com", "Mcp:AllowedOrigins:0 must be an origin" },
        { "Mcp__AllowedHosts__0", "https://app.contoso.com", "Mcp:AllowedHosts:0 must be a host" },
        { "Mcp__AllowedHosts__0", "app.contoso.com:443", "Mcp:AllowedHosts:0 must be a host" },
        { "Mcp__AllowedHosts__0", "*.contoso.com", "Mcp:AllowedHosts:0 must be a host" },
        { "Mcp__RequestsPerMinute", "many", "at 'Mcp:RequestsPerMinute'" },
        { "OAuth__RequireAtJwt", "perhaps", "at 'OAuth:RequireAtJwt'" },
        { "OAuth__KeyRefreshSeconds", "3600", "OAuth:KeyRefreshSeconds must be between 1 and 450" },
        { "OAuth__UnknownKeyRefreshSeconds", "0", "OAuth:UnknownKeyRefreshSeconds must be between 1 and 300" },
        { "OAuth__Resource", "https://mcp.contoso.com//mcp", "OAuth:Resource must not have an empty part" },
        { "OAuth__Resource", "https://mcp.contoso.com/mcp/", "OAuth:Resource must not end with a slash" },
        { "OAuth__Resource", "https://mcp.contoso.com/m%63p", "OAuth:Resource must " },
        { "OAuth__Resource", "https://mcp.contoso.com/a%2Fb", "OAuth:Resource must " },
        { "OAuth__Resource", "https://mcp.contoso.com/a/../mcp", "OAuth:Resource must be written as clients write it, 'https://mcp.contoso.com/mcp'" },
        { "OAuth__Resource", "https://MCP.contoso.com/mcp", "OAuth:Resource must be written as clients write it" },
        { "OAuth__Resource", "https://mcp.contoso.com:443/mcp", "OAuth:Resource must be written as clients write it" },
        { "OAuth__Resource", "https://mcp.contoso.com/{id}", "OAuth:Resource must be written" },
        { "OAuth__Resource", "https://mcp.contoso.com/mcp*", "OAuth:Resource must have only letters" },
        { "OAuth__MetadataAddress", "http://login.contoso.com/metadata", "OAuth:MetadataAddress must be https" },
        { "OAuth__DevelopmentAddress", "http://localhost:5000", "OAuth:DevelopmentAddress has a meaning in Development only" },
        { "OAuth__Audiences__0", " ", "OAuth:Audiences:0 must not be empty" },
        { "OAuth__Audiences__0", "YOUR-CLIENT-ID", "OAuth:Audiences:0 is still the placeholder 'YOUR-CLIENT-ID'" },
        { "OAuth__RequiredClaims__token_use", "access", "OAuth:RequiredClaims:token_use must be a list" },
        { "OAuth__RequiredClaims__cid__0", "YOUR-CLIENT-ID", "as environment variable OAuth__RequiredClaims__cid__0." },
        { "OAuth__RequiredClaims__cid__0", "", "OAuth:RequiredClaims:cid:0 must not be empty" },
        { "OAuth__AllowMissingAudience", "true", "OAuth:AllowMissingAudience needs OAuth:RequiredClaims:client_id" },
        { "OAuth__InitialScopes__0", "todo:\"read", "todo:\"read': only ASCII without spaces" },
        { "OAuth__InitialScopes__0", "todo read", "todo read': only ASCII without spaces" },
        { "OAuth__ScopePrefix", "api://server", "OAuth:ScopePrefix must end with a separator, as 'api://server/' does" },
        { "OAuth__ScopePrefix", "todo:", "OAuth:ScopePrefix must not be in Scopes.cs as well, as in 'todo:read'" },
        { "OAuth__ScopePrefix", "https://mcp.example.com/mcp/", "OAuth:ScopePrefix is still the placeholder" },
        { "OAuth__ScopePrefix", "ä/", "'ä/todo:read': only ASCII without spaces" },
        { "OAuth__TokenCacheSeconds", "-1", "OAuth:TokenCacheSeconds must not be negative" },
        { "OAuth__TokenCacheSize", "-1", "OAuth:TokenCacheSize must not be negative" },
        { "Mcp__RequestsPerMinute", "0", "Mcp:RequestsPerMinute must be at least 1" },
        { "OAuth__Audience", "api://x", "OAuth:Audience is not a setting of this server" },
        { "OAuth__RequiredClaim__azp__0", "x", "OAuth:RequiredClaim is not a setting of this server" },
        { "OAuth__MetadataUrl", "https://login.contoso.com", "OAuth:MetadataUrl is not a setting of this server" },
        { "OAuth__OtherSettings", "ClientId", "OAuth:OtherSettings must be a list" },
        { "Mcp__AllowedOrigin__0", "https://app.contoso.com", "Mcp:AllowedOrigin is not a setting of this server" },
        { "Mcp__UnfinishedRequests", "0", "Mcp:UnfinishedRequests must be at least 1" },
        { "Mcp__BodySeconds", "-1", "Mcp:BodySeconds must be at least 1" },
        { "Mcp__ConcurrentRequests", "0", "Mcp:ConcurrentRequests must be at least 1" },
        { "Mcp__ResponseBytesPerSecond", "0", "Mcp:ResponseBytesPerSecond must be at least 1" },
        { "Mcp__DrainSeconds", "301", "Mcp:DrainSeconds must be between 0 and 300, but is 301" },
        { "Mcp__InternalPath", "mcp", "Mcp:InternalPath must begin with a slash" },
        { "Mcp__InternalPath", "/{mcp}", "Mcp:InternalPath must have only letters" },
        { "Mcp__SubjectLogKey", "short", "Mcp:SubjectLogKey must have at least 16 characters" },
        { "Mcp__OtherSettings", "Name", "Mcp:OtherSettings must be a list" },
    };

    /// <summary>
    /// The settings are tried together, each name once in a start: all problems come at once, and each of them would do.
    /// </summary>
    [Theory]
    [MemberData(nameof(BadSettings))]
    public async Task A_bad_setting_stops_the_start(string name, string value, string expected)
    {
        var together = s_starts.Value.Single(start => start.Contains((name, value)));
        var result = await s_results.GetOrAdd(together, settings => new(() => RunAsync(settings))).Value;

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(expected, result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_problems_come_at_once()
    {
        var result = await RunAsync(
            ("OAuth__Issuer", "nonsense"), ("OAuth__Resource", "http://mcp.contoso.com"), ("OAuth__Audiences__0", ""),
            ("OAuth__ScopePrefix", "a b"));

        Assert.All(
            ["OAuth:Issuer must", "OAuth:Resource must", "OAuth:Audiences:0 must", "'a btodo:read'"],
            expected => Assert.Contains(expected, result.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_good_settings_it_starts_for_its_own_host_only()
    {
        await using var server = await TodoServer.StartAsync(
            "Production",
            [.. s_good, ("OAuth__ClientId", "of another part"), ("OAuth__OtherSettings__0", "ClientId")]);
        using var own = McpRequests.Create("tools/list", token: null);
        own.Headers.Host = "mcp.contoso.com";
        using var challenged = await server.Client.SendAsync(own);
        Assert.Equal(HttpStatusCode.Unauthorized, challenged.StatusCode);
        Assert.Contains(
            "resource_metadata=\"https://mcp.contoso.com/.well-known/oauth-protected-resource/mcp\"",
            challenged.GetChallenge(), StringComparison.Ordinal);

        // Pages of the developer's machine are nobody special here.
        using var page = McpRequests.Create("tools/list", token: null);
        page.Headers.Add("Origin", "http://localhost:6274");
        using var refused = await server.Client.SendAsync(page);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);

        using var self = McpRequests.Create("tools/list", token: null);
        self.Headers.Add("Origin", "https://mcp.contoso.com");
        using var allowed = await server.Client.SendAsync(self);
        Assert.Equal(HttpStatusCode.Unauthorized, allowed.StatusCode);
    }

    [Fact]
    public async Task By_default_it_answers_for_the_host_of_the_resource_and_for_probes_of_its_own_machine()
    {
        await using var server = await TodoServer.StartAsync("Production", s_good);
        foreach (var (host, expected) in new[] { ("mcp.contoso.com", 401), ("localhost", 401), ("evil.contoso.com", 400), ("mcp.contoso.com.evil.contoso.com", 400) })
        {
            using var request = McpRequests.Create("tools/list", token: null);
            request.Headers.Host = host;
            using var response = await server.Client.SendAsync(request);

            Assert.Equal(expected, (int)response.StatusCode);
        }
    }

    private static (string Name, string Value)[][] CombineBadSettings()
    {
        var rows = BadSettings.Select(row => (Name: (string)row[0], Value: (string)row[1])).ToArray();
        var alone = rows.Where(row => s_alone.Contains(row.Name)).ToArray();
        var together = rows.Except(alone)
            .GroupBy(row => row.Name)
            .SelectMany(sameName => sameName.Index())
            .GroupBy(row => row.Index, row => row.Item);
        return
        [
            .. alone.Select(row => s_good.Append(row).ToArray()),
            .. together.Select(start => start.UnionBy(s_good, setting => setting.Name).ToArray()),
        ];
    }

    private static async Task<CommandResult> RunAsync(params (string Name, string Value)[] settings)
    {
        var project = await TodoServer.BuiltAsync();
        return await ServerProcess.RunToEndAsync(project.GetAssembly(), project.ContentRoot, "Production", settings);
    }
}
