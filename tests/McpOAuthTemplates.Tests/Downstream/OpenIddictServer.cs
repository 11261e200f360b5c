using System.Net;
using System.Security.Claims;
using System.Security.Cryptography.X509Certificates;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace McpOAuthTemplates.Tests.Downstream;

/// <summary>
/// OpenIddict as the authorization server: it signs a user in, without a page, and exchanges the
/// token that the user's client got. What it checks is its own; the code here says who is known.
/// </summary>
internal sealed class OpenIddictServer : IAsyncDisposable
{
    public const string UserClient = "todo-client";
    public const string RedirectUri = "http://127.0.0.1:7777/callback";
    public const string OrdersScope = "orders:read";

    // Each of these is percent-encoded in HTTP Basic.
    public const string Secret = "a:secret %+&ü";

    private const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    private readonly int _port = ServerProcess.GetFreePort();
    private readonly string _mcp;
    private readonly string _orders;
    private WebApplication? _app;

    private OpenIddictServer(Uri mcp, Uri orders)
    {
        _mcp = mcp.AbsoluteUri;
        _orders = orders.AbsoluteUri;
    }

    public string Issuer => $"http://localhost:{_port}/tenant";

    /// <summary>
    /// Starts it for a server and an API. The client that exchanges has the URL of the server as its
    /// id, so that it is an audience of each token for the server.
    /// </summary>
    public static async Task<OpenIddictServer> StartAsync(Uri mcp, Uri orders, X509Certificate2 certificate)
    {
        var server = new OpenIddictServer(mcp, orders);
        await server.StartAsync(certificate);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private async Task StartAsync(X509Certificate2 certificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, _port));
        builder.Services.AddDbContext<DbContext>(context => context
            .UseInMemoryDatabase($"openiddict-{_port}")
            .UseOpenIddict());
        builder.Services.AddOpenIddict()
            .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<DbContext>())
            .AddServer(Configure);
        _app = builder.Build();
        _app.MapGet("/tenant/authorize", Authorize);
        _app.MapPost("/tenant/token", (Delegate)IssueAsync);
        await _app.StartAsync();
        await RegisterClientsAsync(certificate);
    }

    private void Configure(OpenIddictServerBuilder server)
    {
        server.SetIssuer(Issuer);
        server.SetConfigurationEndpointUris("tenant/.well-known/openid-configuration");
        server.SetJsonWebKeySetEndpointUris("tenant/keys");
        server.SetAuthorizationEndpointUris("tenant/authorize");
        server.SetTokenEndpointUris("tenant/token");
        server.AllowAuthorizationCodeFlow().AllowTokenExchangeFlow();
        server.RegisterScopes("todo:read", "todo:write", OrdersScope);
        server.RegisterResources(_mcp, _orders);
        server.AddSigningKey(TestIssuer.CreateKey());
        server.AddEphemeralEncryptionKey();
        server.DisableAccessTokenEncryption();
        server.UseAspNetCore()
            .EnableAuthorizationEndpointPassthrough()
            .EnableTokenEndpointPassthrough()
            .DisableTransportSecurityRequirement();
    }

    private async Task RegisterClientsAsync(X509Certificate2 certificate)
    {
        using var scope = _app!.Services.CreateScope();
        var clients = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        await clients.CreateAsync(new OpenIddictApplicationDescriptor
        {
            ClientId = UserClient,
            ClientType = ClientTypes.Public,
            RedirectUris = { new Uri(RedirectUri) },
            Permissions =
            {
                Permissions.Endpoints.Authorization,
                Permissions.Endpoints.Token,
                Permissions.GrantTypes.AuthorizationCode,
                Permissions.ResponseTypes.Code,
                Permissions.Prefixes.Scope + "todo:read",
                Permissions.Prefixes.Scope + "todo:write",
                Permissions.Prefixes.Resource + _mcp,
            },
            Requirements = { Requirements.Features.ProofKeyForCodeExchange },
        });

        var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(certificate.GetRSAPublicKey()));
        await clients.CreateAsync(new OpenIddictApplicationDescriptor
        {
            ClientId = _mcp,
            ClientSecret = Secret,
            ClientType = ClientTypes.Confidential,
            JsonWebKeySet = new JsonWebKeySet { Keys = { key } },
            Permissions =
            {
                Permissions.Endpoints.Token,
                Permissions.GrantTypes.TokenExchange,
                Permissions.Prefixes.Scope + OrdersScope,
                Permissions.Prefixes.Resource + _orders,
            },
        });
    }

    // Whoever comes is signed in, under the name in login_hint.
    private static IResult Authorize(HttpContext http)
    {
        var request = http.GetOpenIddictServerRequest()!;
        var identity = CreateIdentity(request.LoginHint ?? "alice", request);
        return SignIn(identity);
    }

    private async Task<IResult> IssueAsync(HttpContext http)
    {
        var request = http.GetOpenIddictServerRequest()!;

        // The signature, the lifetime and the audiences of the subject token were checked here.
        var subject = await http.AuthenticateAsync(Scheme);
        if (!request.IsTokenExchangeGrantType())
        {
            return Results.SignIn(subject.Principal!, authenticationScheme: Scheme);
        }

        var identity = CreateIdentity(subject.Principal!.GetClaim(Claims.Subject)!, request);
        identity.SetClaim("act_client", request.ClientId);
        return SignIn(identity);
    }

    private static ClaimsIdentity CreateIdentity(string subject, OpenIddictRequest request)
    {
        var identity = new ClaimsIdentity(TokenValidationParameters.DefaultAuthenticationType);
        identity.SetClaim(Claims.Subject, subject);
        identity.SetScopes(request.GetScopes());
        identity.SetResources(request.GetResources());
        return identity;
    }

    private static IResult SignIn(ClaimsIdentity identity)
    {
        identity.SetDestinations(_ => [Destinations.AccessToken]);
        return Results.SignIn(new ClaimsPrincipal(identity), authenticationScheme: Scheme);
    }
}
