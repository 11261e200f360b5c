using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpOAuthServer.Tests;

/// <summary>
/// The server in memory, with its settings for production, but on another host and with another
/// issuer. The tests call all that it has, so no tool, prompt or resource runs: each answers with
/// <see cref="Reached"/>. Two tools, a prompt and a resource are added, whatever there is.
/// </summary>
public sealed class ServerFactory : IDisposable
{
    public const string Origin = "https://mcp.test";

    /// <summary>
    /// The authentication scheme of the server, OAuthDefaults.AuthenticationScheme.
    /// </summary>
    public const string AuthenticationScheme = "OAuthBearer";

    public const string Reached = "Authorization has let this call pass.";

    public const string RoleTool = "needs_a_role_that_nobody_has";

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

    private HttpClient? _http;

    public ServerFactory() : this([])
    {
    }

    internal ServerFactory(params (string Name, string Value)[] settings)
    {
        Array.ForEach(settings, setting => _settings[setting.Name] = setting.Value);
        _host = ServerHost.Create(ConfigureWebHost);
    }

    public IServiceProvider Services => _host.Services;

    public TestIssuer Issuer { get; } = new();

    /// <summary>
    /// A client whose requests go to the MCP endpoint, unless they have another URL.
    /// </summary>
    public HttpClient Http => _http ??= _host.CreateClient(new Uri(Resource));

    public string Resource => Settings["OAuth:Resource"]!;

    public string MetadataUrl => $"{Origin}/.well-known/oauth-protected-resource{new Uri(Resource).AbsolutePath.TrimEnd('/')}";

    /// <summary>The whole header of an answer to a request without a token.</summary>
    public string Challenge => $"Bearer realm=\"OAuth\", resource_metadata=\"{MetadataUrl}\", "
        + $"scope=\"{FirstScopes}\"";

    /// <summary>The scopes that clients are told to ask for when they sign in.</summary>
    public string FirstScopes => Join(GetSettings("OAuth:InitialScopes") ?? ScopeList.All);

    private IConfiguration Settings => Services.GetRequiredService<IConfiguration>();

    public string[]? GetSettings(string name) =>
        Settings.GetSection(name).Get<string[]>() is { Length: > 0 } values ? values : null;

    /// <summary>The scopes as clients see them: with what the provider puts before each.</summary>
    public string Join(IEnumerable<string> scopes) =>
        string.Join(' ', scopes.Select(scope => Settings["OAuth:ScopePrefix"] + scope));

    /// <summary>A token as this server wants it. A claim of null is left out.</summary>
    public string CreateToken(string? scope = null, params (string Name, object? Value)[] claims) =>
        Issuer.Sign(CreateClaims(scope, claims));

    public string CreateToken(SigningCredentials signedBy) => Issuer.Sign(CreateClaims(null, []), signedBy);

    /// <summary>A token of another kind, or with more in its header.</summary>
    public string CreateOtherToken(string type, Dictionary<string, object>? header = null) =>
        Issuer.Sign(CreateClaims(null, []), null, type, header);

    public void Dispose() => _host.Dispose();

    private void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        Array.ForEach([.. _settings], setting => builder.UseSetting(setting.Key, setting.Value));
        builder.ConfigureAppConfiguration((_, configuration) =>
        {
            // Placeholders that nobody has filled in yet would stop the start. The path of the
            // resource is that of the endpoint.
            var settings = configuration.Build();
            var filled = settings.GetSection("OAuth").AsEnumerable().Select(setting => KeyValuePair.Create(
                setting.Key, setting.Value?.Replace("YOUR-", "").Replace("example.com", "example.test")));
            var resource = Origin + new Uri(settings["OAuth:Resource"]!).AbsolutePath.TrimEnd('/');
            var hosts = settings["AllowedHosts"] is { Length: > 0 } configured ? $"{configured};mcp.test" : null;
            configuration.AddInMemoryCollection(filled.Where(setting => setting.Value is not null));
            configuration.AddInMemoryCollection([new("OAuth:Resource", resource), new("AllowedHosts", hosts)]);
            configuration.AddInMemoryCollection(_settings);
        });
        builder.ConfigureLogging(logging => logging.ClearProviders());
        builder.ConfigureTestServices(services => services
            .AddKeyedSingleton<Func<HttpMessageHandler>>(AuthenticationScheme, (_, _) => () => Issuer)
            .PostConfigure<HttpServerTransportOptions>(transport => transport.Stateless = true)
            .PostConfigure<McpServerOptions>(AddTools)
            .PostConfigure<McpServerOptions>(RunNothing));
    }

    private static void AddTools(McpServerOptions mcp)
    {
        var tools = mcp.ToolCollection ??= [];
        object[] scopes = [ScopeList.Require(ScopeList.All)];
        object[] role = [new AuthorizeAttribute { Roles = "nobody" }];
        tools.Add(McpServerTool.Create(() => "", new() { Name = "needs_all_scopes", Metadata = scopes }));
        tools.Add(McpServerTool.Create(() => "", new() { Name = RoleTool, Metadata = role }));
        var prompts = mcp.PromptCollection ??= [];
        prompts.Add(McpServerPrompt.Create(() => "", new() { Name = "needs_all_scopes", Metadata = scopes }));
        var resources = mcp.ResourceCollection ??= [];
        resources.Add(McpServerResource.Create(
            (string id) => id, new() { UriTemplate = "test://needs-all-scopes/{id}", Metadata = scopes }));
    }

    private static void RunNothing(McpServerOptions mcp)
    {
        var filters = mcp.Filters.Request;
        var contents = new TextResourceContents { Uri = Origin, Text = Reached };
        var text = new TextContentBlock { Text = Reached };
        filters.CallToolFilters.Add(_ => (_, _) => new(new CallToolResult { Content = [text] }));
        filters.GetPromptFilters.Add(_ => (_, _) => new(new GetPromptResult { Description = Reached }));
        filters.ReadResourceFilters.Add(_ => (_, _) => new(new ReadResourceResult { Contents = [contents] }));
    }

    private Dictionary<string, object?> CreateClaims(string? scope, (string Name, object? Value)[] others)
    {
        var claims = new Dictionary<string, object?>
        {
            ["iss"] = TestIssuer.Url,
            ["aud"] = GetSettings("OAuth:Audiences")?[0] ?? Resource,
            ["sub"] = "somebody",
            ["exp"] = DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds(),
            ["scope"] = scope,
        };
        foreach (var required in Settings.GetSection("OAuth:RequiredClaims").GetChildren())
        {
            claims[required.Key] = required["0"];
        }

        Array.ForEach(others, claim => claims[claim.Name] = claim.Value);
        return claims;
    }
}
