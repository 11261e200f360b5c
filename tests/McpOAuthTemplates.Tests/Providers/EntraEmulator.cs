using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace McpOAuthTemplates.Tests.Providers;

/// <summary>
/// An authorization server that behaves as the documentation of Entra ID says it does, on a port of
/// the loopback interface: clients cannot register, its metadata does not name S256, scopes have the
/// application ID URI before them, and "resource" must be that application ID URI. It has two app
/// registrations: the server, and one public client. Whoever comes is signed in. The server may get
/// tokens for another API on behalf of its callers.
/// </summary>
internal sealed class EntraEmulator : IAsyncDisposable
{
    public const string ServerApp = "0b7c5a3e-4c8d-4a53-9a3c-5c3f1d2e4b6a";
    public const string ClientApp = "7d0f61c2-90e4-4f0b-8f0e-3a1c5b7d9e21";

    private const string Tenant = "/72f988bf-86f1-41af-91ab-2d7cd011db47";
    private const string ForeignResource = "AADSTS9010010: The resource parameter does not match the requested scopes.";

    private readonly ProviderEmulator _signer = new(ProviderTable.Get("entra"));
    private readonly ConcurrentDictionary<string, Grant> _codes = new();
    private readonly ConcurrentDictionary<string, Grant> _refreshTokens = new();
    private readonly ConcurrentDictionary<string, bool> _consents = new();
    private readonly int _port = ServerProcess.GetFreePort();
    private WebApplication? _app;

    public EntraEmulator() =>
        OnBehalfOf = new(_signer, Issuer, $"{Host}{Tenant}/oauth2/v2.0/token");

    public string Issuer => $"http://localhost:{_port}{Tenant}/v2.0";

    public string DiscoveryUrl => $"{Issuer}/.well-known/openid-configuration";

    /// <summary>The application ID URI of the server.</summary>
    public string Resource { get; set; } = "";

    /// <summary>The redirect URIs of the public client. The port of loopback ones does not count.</summary>
    public string[] RedirectUris { get; set; } = [];

    /// <summary>Whether a foreign "resource" is refused. Other providers ignore it.</summary>
    public bool ChecksResource { get; set; } = true;

    /// <summary>What is in the discovery document besides.</summary>
    public JsonObject Metadata { get; } = [];

    /// <summary>How often the discovery document was read.</summary>
    public int Readings { get; private set; }

    /// <summary>What it has refused.</summary>
    public ConcurrentQueue<string> Errors { get; } = [];

    /// <summary>The grant with which the server gets tokens for another API.</summary>
    public EntraOnBehalfOf OnBehalfOf { get; }

    private string Host => $"http://localhost:{_port}";

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, _port));
        _app = builder.Build();
        _app.MapGet($"{Tenant}/v2.0/.well-known/openid-configuration", () => Describe());
        _app.MapGet($"{Tenant}/discovery/v2.0/keys", () => Json(_signer.GetKeySet()));
        _app.MapGet($"{Tenant}/oauth2/v2.0/authorize", Authorize);
        _app.MapPost($"{Tenant}/oauth2/v2.0/authorize", (Delegate)ConsentAsync);
        _app.MapPost($"{Tenant}/oauth2/v2.0/token", (Delegate)IssueAsync);
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        OnBehalfOf.Certificate.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private static IResult Json(JsonObject json, int status = 200) =>
        Results.Text(json.ToJsonString(), "application/json", statusCode: status);

    private IResult Describe()
    {
        Readings++;
        var metadata = new JsonObject
        {
            ["issuer"] = Issuer,
            ["authorization_endpoint"] = $"{Host}{Tenant}/oauth2/v2.0/authorize",
            ["token_endpoint"] = $"{Host}{Tenant}/oauth2/v2.0/token",
            ["jwks_uri"] = $"{Host}{Tenant}/discovery/v2.0/keys",
            ["response_types_supported"] = new JsonArray("code", "id_token", "code id_token"),
            ["subject_types_supported"] = new JsonArray("pairwise"),
            ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
            ["scopes_supported"] = new JsonArray("openid", "profile", "email", "offline_access"),
            ["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_post", "private_key_jwt"),
        };
        foreach (var (name, value) in Metadata)
        {
            metadata[name] = value?.DeepClone();
        }

        return Json(metadata);
    }

    // Who has consented before to all that is asked for, in this browser, sees no page.
    private IResult Authorize(HttpContext http)
    {
        var query = ReadQuery(http);
        if (FindPageError(query) is { } wrong)
        {
            Errors.Enqueue(wrong);
            return Results.Text(wrong, statusCode: 400);
        }

        if (FindRequestError(query) is { } error)
        {
            Errors.Enqueue(error);
            return Redirect(query, ("error", "invalid_request"), ("error_description", error));
        }

        var user = http.Request.Cookies["user"];
        var hasConsented = user is not null && GetScopes(query).All(scope => _consents.ContainsKey($"{user} {scope}"));
        if (hasConsented && query.GetValueOrDefault("prompt") != "consent")
        {
            return RedirectWithCode(query, user!);
        }

        var action = HtmlEncoder.Default.Encode(http.Request.Path + http.Request.QueryString);
        return Results.Text(
            $"<body><form method=post action=\"{action}\"><input name=user><button>Allow</button></form></body>", "text/html");
    }

    private async Task<IResult> ConsentAsync(HttpContext http)
    {
        var query = ReadQuery(http);
        if (FindPageError(query) is not null || FindRequestError(query) is not null)
        {
            return Results.BadRequest();
        }

        var user = (string)(await http.Request.ReadFormAsync())["user"]!;
        foreach (var scope in GetScopes(query))
        {
            _consents[$"{user} {scope}"] = true;
        }

        http.Response.Cookies.Append("user", user);
        return RedirectWithCode(query, user);
    }

    private async Task<IResult> IssueAsync(HttpContext http)
    {
        var form = (await http.Request.ReadFormAsync()).ToDictionary(field => field.Key, field => field.Value.ToString());
        if (form.GetValueOrDefault("grant_type") == EntraOnBehalfOf.GrantType)
        {
            return await OnBehalfOf.ExchangeAsync(http, form);
        }

        if (FindTokenError(http, form) is { } error)
        {
            Errors.Enqueue(error);
            return Json(new JsonObject { ["error"] = "invalid_request", ["error_description"] = error }, status: 400);
        }

        var isRefresh = form.GetValueOrDefault("grant_type") == "refresh_token";
        Grant? grant;
        if (isRefresh)
        {
            _refreshTokens.TryRemove(form.GetValueOrDefault("refresh_token", ""), out grant);
        }
        else
        {
            _codes.TryRemove(form.GetValueOrDefault("code", ""), out grant);
        }

        if (grant is null || (!isRefresh && !grant.Fits(form)))
        {
            Errors.Enqueue("AADSTS70008");
            return Json(new JsonObject { ["error"] = "invalid_grant" }, status: 400);
        }

        var answer = new JsonObject
        {
            ["token_type"] = "Bearer",
            ["expires_in"] = 3600,
            ["scope"] = string.Join(' ', grant.Scopes),
            ["access_token"] = Sign(grant),
        };
        if (grant.Scopes.Contains("offline_access"))
        {
            var token = RandomNumberGenerator.GetHexString(32);
            _refreshTokens[token] = grant;
            answer["refresh_token"] = token;
        }

        return Json(answer);
    }

    private string Sign(Grant grant)
    {
        var scopes = grant.Scopes.Where(scope => scope.StartsWith(Resource, StringComparison.Ordinal))
            .Select(scope => scope[(Resource.Length + 1)..]);
        return _signer.SignAccessToken(new Claims
        {
            ["iss"] = Issuer,
            ["aud"] = ServerApp,
            ["azp"] = ClientApp,
            ["sub"] = grant.User,
            ["scp"] = string.Join(' ', scopes),
            ["uti"] = RandomNumberGenerator.GetHexString(16), // So that no two tokens are the same.
        });
    }

    // What would be shown to the person, since no redirect would be safe.
    private string? FindPageError(Dictionary<string, string> query)
    {
        if (query.GetValueOrDefault("client_id") != ClientApp)
        {
            return "AADSTS700016: There is no such application in the tenant.";
        }

        if (!RedirectUris.Any(known => IsSame(known, query.GetValueOrDefault("redirect_uri", ""))))
        {
            return "AADSTS50011: The redirect URI is not registered.";
        }

        return null;
    }

    private string? FindRequestError(Dictionary<string, string> query)
    {
        if (query.GetValueOrDefault("response_type") != "code" || query.GetValueOrDefault("code_challenge_method") != "S256")
        {
            return "AADSTS501481: A public client has to use the code flow with PKCE.";
        }

        if (!GetScopes(query).All(IsScope))
        {
            return "AADSTS650053: A scope does not exist on the resource.";
        }

        return FindResourceError(query);
    }

    private bool IsScope(string scope) =>
        scope == "offline_access" || scope.StartsWith($"{Resource}/", StringComparison.Ordinal);

    private string? FindTokenError(HttpContext http, Dictionary<string, string> form)
    {
        if (form.GetValueOrDefault("client_id") != ClientApp)
        {
            return "AADSTS700016: There is no such application in the tenant.";
        }

        if (form.ContainsKey("client_secret") || http.Request.Headers.Authorization.Count > 0)
        {
            return "AADSTS700025: The client is public, so it must not present a secret.";
        }

        return FindResourceError(form);
    }

    private string? FindResourceError(Dictionary<string, string> parameters)
    {
        var resource = parameters.GetValueOrDefault("resource", Resource);
        return ChecksResource && resource != Resource ? ForeignResource : null;
    }

    private IResult RedirectWithCode(Dictionary<string, string> query, string user)
    {
        var code = RandomNumberGenerator.GetHexString(32);
        _codes[code] = new Grant(user, GetScopes(query), query["redirect_uri"], query["code_challenge"]);
        return Redirect(query, ("code", code));
    }

    // There is no iss.
    private static IResult Redirect(Dictionary<string, string> query, params (string Name, string Value)[] parameters)
    {
        var url = query["redirect_uri"];
        foreach (var (name, value) in parameters.Append(("state", query.GetValueOrDefault("state", ""))))
        {
            url = QueryHelpers.AddQueryString(url, name, value);
        }

        return Results.Redirect(url);
    }

    private static Dictionary<string, string> ReadQuery(HttpContext http) =>
        http.Request.Query.ToDictionary(parameter => parameter.Key, parameter => parameter.Value.ToString());

    private static string[] GetScopes(Dictionary<string, string> query) =>
        query.GetValueOrDefault("scope", "").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static bool IsSame(string known, string asked)
    {
        if (!Uri.TryCreate(known, UriKind.Absolute, out var one) || !Uri.TryCreate(asked, UriKind.Absolute, out var other))
        {
            return false;
        }

        if (one is not { IsLoopback: true, Scheme: "http" })
        {
            return known == asked;
        }

        return one.Scheme == other.Scheme && one.Host == other.Host && one.PathAndQuery == other.PathAndQuery;
    }

    private sealed record Grant(string User, string[] Scopes, string RedirectUri, string Challenge)
    {
        public bool Fits(Dictionary<string, string> form)
        {
            var hash = SHA256.HashData(Encoding.ASCII.GetBytes(form.GetValueOrDefault("code_verifier", "")));
            return form.GetValueOrDefault("redirect_uri") == RedirectUri && WebEncoders.Base64UrlEncode(hash) == Challenge;
        }
    }
}
