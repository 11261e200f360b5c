using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Server;

namespace TodoServer.Tests;

/// <summary>
/// The server in memory, with its production settings, but with another host and another issuer.
/// The tests call everything that it has, but nothing runs unless a test sets <see
/// cref="RunsTools"/>.
/// </summary>
public sealed class ServerFactory : IDisposable
{
    public const string Origin = "https://mcp.test";

    /// <summary>
    /// The authentication scheme of the server, OAuthDefaults.AuthenticationScheme.
    /// </summary>
    public const string AuthenticationScheme = "OAuthBearer";

    // The rules are tested without what the settings additionally allow.
    private readonly Dictionary<string, string?> _settings = new()
    {
        ["OAuth:Issuer"] = TestIssuer.Url,
        ["OAuth:AllowMissingAudience"] = "false",
        ["OAuth:AllowMissingSubject"] = "false",
        ["OAuth:AllowBoundTokens"] = "false",
        ["OAuth:PermissionsAsScopes"] = "false",
        ["OAuth:AppRolesAsScopes"] = "false",
        ["OAuth:HideForbiddenTools"] = "false",
        ["Mcp:RequestsPerMinute"] = "1000000",
    };

    private readonly ServerHost _host;

    public ServerFactory() : this([])
    {
    }

    internal ServerFactory(params (string Name, string Value)[] settings)
    {
        foreach (var (name, value) in settings)
        {
            _settings[name] = value;
        }

        _host = ServerHost.Create(ConfigureWebHost);
    }

    /// <summary>The services that a test adds to the app.</summary>
    internal Action<IServiceCollection> AddServices { get; init; } = _ => { };

    /// <summary>
    /// Whether tools, prompts and resources run. Otherwise, each call that is authorized ends
    /// before that: see <see cref="TestPrimitives"/>.
    /// </summary>
    internal bool RunsTools { get; init; }

    public IServiceProvider Services => _host.Services;

    public TestIssuer Issuer { get; init; } = new();

    /// <summary>
    /// A client whose requests go to the MCP endpoint, unless they have another URL.
    /// </summary>
    public HttpClient Http => field ??= _host.CreateClient(new Uri(Resource));

    public string Resource => Settings["OAuth:Resource"]!;

    public string MetadataUrl
    {
        get
        {
            var path = new Uri(Resource).AbsolutePath.TrimEnd('/');
            return $"{Origin}/.well-known/oauth-protected-resource{path}";
        }
    }

    /// <summary>The complete header of the response to a request without a token.</summary>
    public string Challenge =>
        $"Bearer realm=\"OAuth\", resource_metadata=\"{MetadataUrl}\", scope=\"{FirstScopes}\"";

    /// <summary>The scopes that the challenge tells clients to request when they sign in.</summary>
    public string FirstScopes => Join(GetSettings("OAuth:InitialScopes") ?? ScopeList.All);

    private IConfiguration Settings => Services.GetRequiredService<IConfiguration>();

    public string[]? GetSettings(string name)
    {
        var values = Settings.GetSection(name).Get<string[]>();
        return values is { Length: > 0 } ? values : null;
    }

    /// <summary>The scopes as clients see them, with the prefix of the provider.</summary>
    public string Join(IEnumerable<string> scopes) =>
        string.Join(' ', scopes.Select(scope => Settings["OAuth:ScopePrefix"] + scope));

    /// <summary>
    /// A valid token for this server, with these additional claims. A claim with the value null is
    /// left out.
    /// </summary>
    public string CreateToken(params (string Name, object? Value)[] claims) =>
        Issuer.Sign(CreateClaims(claims));

    public string CreateToken(string scope) => CreateToken(("scope", scope));

    public string CreateToken(SigningCredentials signedBy) => Issuer.Sign(CreateClaims(), signedBy);

    /// <summary>A token of another kind, or with more in its header.</summary>
    public string CreateOtherToken(string type, Dictionary<string, object>? header = null) =>
        Issuer.Sign(CreateClaims(), signedBy: null, type, header);

    /// <summary>Calls a tool, which must succeed, and returns the text of its result.</summary>
    internal async Task<string> CallToolAsync(string name, string token, JsonObject? arguments = null)
    {
        var parameters = new JsonObject { ["name"] = name, ["arguments"] = arguments ?? [] };
        using var request = new McpRequest("tools/call", token, parameters);
        using var response = await Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        var content = await response.ReadResultAsync("content");
        return string.Join('\n', content.AsArray().Select(block => (string?)block!["text"]));
    }

    public void Dispose() => _host.Dispose();

    private void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        foreach (var (name, value) in _settings)
        {
            builder.UseSetting(name, value);
        }

        builder.ConfigureAppConfiguration((_, configuration) => Complete(configuration));
        builder.ConfigureLogging(logging => logging.ClearProviders());
        builder.ConfigureTestServices(ConfigureServices);
    }

    /// <summary>
    /// Replaces placeholders, which would stop the start. The path of the resource is that of the
    /// endpoint.
    /// </summary>
    private void Complete(IConfigurationBuilder configuration)
    {
        var settings = configuration.Build();
        Dictionary<string, string?> filled = [];
        Fill(filled, settings.GetSection("OAuth"));

        var path = new Uri(settings["OAuth:Resource"]!).AbsolutePath.TrimEnd('/');
        filled["OAuth:Resource"] = Origin + path;
        if (settings["AllowedHosts"] is { Length: > 0 } hosts)
        {
            filled["AllowedHosts"] = $"{hosts};mcp.test";
        }

        configuration.AddInMemoryCollection(filled);
        configuration.AddInMemoryCollection(_settings);
    }

    private static void Fill(Dictionary<string, string?> filled, IConfigurationSection section)
    {
        foreach (var (name, value) in section.AsEnumerable())
        {
            if (value is not null)
            {
                filled[name] = value.Replace("YOUR-", "").Replace("example.com", "example.test");
            }
        }
    }

    private void ConfigureServices(IServiceCollection services)
    {
        services.AddKeyedSingleton<Func<HttpMessageHandler>>(
            AuthenticationScheme, (_, _) => () => Issuer);
        services.PostConfigure<HttpServerTransportOptions>(transport => transport.Stateless = true);
        services.PostConfigure<McpServerOptions>(TestPrimitives.Add);
        if (!RunsTools)
        {
            services.PostConfigure<McpServerOptions>(TestPrimitives.RunNothing);
        }

        AddServices(services);
    }

    private Dictionary<string, object?> CreateClaims(params (string Name, object? Value)[] others)
    {
        var claims = new Dictionary<string, object?>
        {
            ["iss"] = TestIssuer.Url,
            ["aud"] = GetSettings("OAuth:Audiences")?[0] ?? Resource,
            ["sub"] = "somebody",
            ["exp"] = DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds(),
        };
        foreach (var required in Settings.GetSection("OAuth:RequiredClaims").GetChildren())
        {
            claims[required.Key] = required["0"];
        }

        foreach (var (name, value) in others)
        {
            claims[name] = value;
        }

        return claims;
    }
}
