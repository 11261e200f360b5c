using McpOAuthTemplates.Tests.Infrastructure;
using McpOAuthTemplates.Tests.Providers;
using Microsoft.IdentityModel.JsonWebTokens;

namespace McpOAuthTemplates.Tests.Downstream;

/// <summary>
/// A server whose two APIs get their tokens by the on-behalf-of flow of Entra ID, at an emulator that
/// checks what its documentation demands. "Orders" authenticates with a secret, "Invoices" with a
/// certificate.
/// </summary>
public sealed class OnBehalfOfServer : IAsyncLifetime
{
    internal EntraEmulator Entra { get; } = new();

    internal RecordingApi Api { get; private set; } = null!;

    internal ServerProcess Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await Entra.StartAsync();
        Api = await RecordingApi.StartAsync();
        var target = new Dictionary<string, string>
        {
            ["BaseAddress"] = Api.Address.AbsoluteUri,
            ["ClientId"] = EntraEmulator.ServerApp,
            ["Scope"] = $"{EntraOnBehalfOf.OrdersApp}/.default",
            ["OnBehalfOf"] = "true",
        };
        var orders = new Dictionary<string, string>(target) { ["ClientSecret"] = EntraOnBehalfOf.Secret };
        var invoices = new Dictionary<string, string>(target)
        {
            ["ClientCertificate"] = EntraOnBehalfOf.ExportPem(Entra.OnBehalfOf.Certificate),
        };
        var project = await ServersUnderTest.BuiltAsync(DownstreamServer.Folder);
        Server = await ServerProcess.StartAsync(project.GetAssembly(), project.ContentRoot, "Development", [
            ("OAuth__Issuer", Entra.Issuer),
            ("OAuth__Audiences__0", EntraEmulator.ServerApp),
            ("OAuth__AppRolesAsScopes", "true"),
            .. DownstreamServer.Describe("Orders", orders),
            .. DownstreamServer.Describe("Invoices", invoices),
        ]);
        await Server.WaitUntilReadyAsync();
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        await Api.DisposeAsync();
        await Entra.DisposeAsync();
    }
}

/// <summary>The on-behalf-of flow of Entra ID.</summary>
public sealed class OnBehalfOfTests(OnBehalfOfServer server) : IClassFixture<OnBehalfOfServer>
{
    private const string SignInAgain =
        "An error occurred invoking 'list_orders': The sign-in no longer counts for the API behind this tool. Sign in again.";

    [Fact]
    public async Task The_API_is_called_for_the_user_with_a_secret_and_with_a_certificate()
    {
        var entra = server.Entra.OnBehalfOf;
        var (before, errors) = (entra.Authentications.Count, entra.Errors.Count);
        var token = entra.SignUserToken("alice");
        Assert.Equal("orders for alice", await CallAsync("list_orders", token));
        Assert.Equal("200 orders for alice", await CallAsync("get_invoices", token, new { url = "list" }));

        // Each assertion is used once.
        var other = server.Entra.OnBehalfOf.SignUserToken("bob");
        Assert.Equal("200 orders for bob", await CallAsync("get_invoices", other, new { url = "list" }));

        Assert.Equal(["secret", "certificate", "certificate"], entra.Authentications.Skip(before));
        Assert.Empty(entra.Errors.Skip(errors));
        Assert.All(server.Api.Requests, request => Assert.NotEqual(token, request.Token));
        Assert.All(server.Api.Requests, request =>
            Assert.Equal([EntraOnBehalfOf.OrdersApp], new JsonWebToken(request.Token!).Audiences));
    }

    [Theory]
    [InlineData("invalid_grant", "consent_required")]
    [InlineData("interaction_required", "basic_action")]
    [InlineData("invalid_grant", null)]
    public async Task What_it_refuses_is_said_in_a_fixed_text(string error, string? suberror)
    {
        var user = DownstreamServer.CreateSubject();
        server.Entra.OnBehalfOf.Refusals[user] = (error, suberror);
        var text = await CallAsync("list_orders", server.Entra.OnBehalfOf.SignUserToken(user));

        if (suberror is null)
        {
            Assert.Equal(SignInAgain, text);
            return;
        }

        Assert.Contains("A person has to consent or sign in more strongly.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("AADSTS", server.Server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_is_told_that_there_is_no_user_before_it_is_asked()
    {
        var id = Guid.NewGuid().ToString();
        var entra = server.Entra.OnBehalfOf;
        var before = entra.Authentications.Count + entra.Errors.Count;
        var token = entra.SignUserToken(id, ("oid", id), ("scp", null), ("roles", new[] { "todo:read" }));
        var text = await CallAsync("list_orders", token);

        Assert.Contains("no user has signed in", text, StringComparison.Ordinal);
        Assert.Equal(before, entra.Authentications.Count + entra.Errors.Count);
    }

    private async Task<string> CallAsync(string tool, string token, object? arguments = null)
    {
        using var response = await server.Server.Client.CallToolAsync(tool, token, arguments);
        return await response.ReadToolTextAsync();
    }
}
