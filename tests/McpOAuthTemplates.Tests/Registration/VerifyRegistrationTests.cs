using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.DevAuth;
using McpOAuthTemplates.Tests.Infrastructure;
using McpOAuthTemplates.Tests.Providers;
using McpOAuthTemplates.Tests.Verify;

namespace McpOAuthTemplates.Tests.Registration;

/// <summary>What verify.cs says of a server at which clients register, and of one at which they cannot.</summary>
[Collection(nameof(EntraServer))]
public sealed class VerifyRegistrationTests(EntraServer entra) : IDisposable
{
    private static readonly string[] s_ofRegistration = ["provider", "provider-iss", "register-program", "register-foreign"];

    // With its cookies, it signs in without a page the second time.
    private readonly HttpClient _browser = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
    {
        BaseAddress = new Uri(entra.Entra.Issuer),
    };

    public void Dispose()
    {
        entra.Entra.ChecksResource = true;
        entra.Entra.Metadata.Clear();
        _browser.Dispose();
    }

    [Fact]
    public async Task The_registration_is_recognized_and_tried()
    {
        var result = await VerifyProgram.RunAsync(entra.Endpoint.AbsoluteUri);

        Assert.Empty(result.Failed);
        Assert.Empty(result.Warnings);
        Assert.Empty(s_ofRegistration.Except(result.Checks.Keys));
        Assert.Contains(entra.Entra.Issuer, result.Text("provider"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_warns_of_a_provider_that_says_something_else()
    {
        entra.Entra.Metadata["authorization_response_iss_parameter_supported"] = true;
        entra.Entra.Metadata["authorization_endpoint"] = $"{entra.Entra.Issuer}/new";
        var result = await VerifyProgram.RunAsync(entra.Endpoint.AbsoluteUri);

        Assert.Equal(["provider"], result.Failed);
        Assert.Equal(["provider-iss"], result.Warnings);
        Assert.StartsWith("authorization_endpoint is another one", result.Text("provider"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sign_in_tries_whether_the_provider_refuses_a_foreign_resource(bool isRefused)
    {
        entra.Entra.ChecksResource = isRefused;
        string[] arguments = [entra.Endpoint.AbsoluteUri, "--login", "--no-browser", "--json"];
        var result = await VerifyProgram.RunAsync(null, [], arguments, SignInAsync, signIns: 2);

        Assert.Equal(isRefused ? [] : ["foreign-resource"], result.Failed);
        Assert.Equal($"Its issuer is {entra.Entra.Issuer}", result.Text("token-issuer"));
        Assert.Equal("passed", (string?)result.Checks["tools-list"]["status"]);
    }

    [Fact]
    public async Task Without_the_registration_it_says_why_clients_give_up()
    {
        var endpoint = await entra.StartWithoutRegistrationAsync();
        var result = await VerifyProgram.RunAsync(endpoint.AbsoluteUri);

        Assert.Equal(["pkce", "registration"], result.Failed);
        Assert.Contains("AUTHORIZATION-SERVER.md", result.Cure("pkce"), StringComparison.Ordinal);
        Assert.Contains("AUTHORIZATION-SERVER.md", result.Cure("registration"), StringComparison.Ordinal);
    }

    private async Task SignInAsync(Uri page)
    {
        var browser = new Browser(_browser);
        var answer = await browser.OpenAsync(page.AbsoluteUri);
        if (answer.Status == 200)
        {
            answer = await browser.SubmitAsync(answer, "Allow", user: "vera");
        }

        using var callback = await _browser.GetAsync(answer.Response.Headers.Location);
        Assert.True(callback.IsSuccessStatusCode);
    }
}
