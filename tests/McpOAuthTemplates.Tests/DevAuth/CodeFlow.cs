using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.AspNetCore.WebUtilities;

namespace McpOAuthTemplates.Tests.DevAuth;

/// <summary>A registered client that signs a person in by a code, at one server or at another.</summary>
internal sealed class CodeFlow(ServerProcess server, string clientId)
{
    public const string Callback = "http://127.0.0.1:4711/callback";

    public string ClientId => clientId;

    private HttpClient Http => server.Client;

    public static async Task<CodeFlow> CreateAsync(
        ServerProcess server, string name = "Test client", string redirectUri = Callback)
    {
        var id = await DevAuthorizationServerTests.Fixture.RegisterAsync(server.Client, name, redirectUri);
        return new CodeFlow(server, id);
    }

    /// <summary>The same client at another server.</summary>
    public CodeFlow At(ServerProcess other) => new(other, clientId);

    public string GetAuthorizeUrl(string redirectUri = Callback, string? resource = null)
    {
        var query = new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = clientId,
            ["redirect_uri"] = redirectUri,
            ["code_challenge"] = DevAuthorizationServerTests.Fixture.Challenge,
            ["code_challenge_method"] = "S256",
        };
        if (resource is not null)
        {
            query["resource"] = resource;
        }

        return QueryHelpers.AddQueryString("/dev-auth/authorize", query);
    }

    public Task<BrowserAnswer> OpenAsync(params (string Name, string Value)[] headers) =>
        new Browser(Http).OpenAsync(GetAuthorizeUrl(), headers);

    public async Task<string> AllowAsync(BrowserAnswer page, string? user = null)
    {
        var answer = await new Browser(Http).SubmitAsync(page, "Allow", user);
        Assert.True(answer.Status == 302, answer.Text);
        return answer["code"]!;
    }

    public async Task<string> GetCodeAsync(string? user = null) => await AllowAsync(await OpenAsync(), user);

    /// <summary>Signs in, and returns the tokens.</summary>
    public async Task<JsonNode> SignInAsync(string? user = null) =>
        (await RedeemAsync(await GetCodeAsync(user))).ShouldSucceed();

    public Task<TokenAnswer> RedeemAsync(string code, string? resource = null)
    {
        List<KeyValuePair<string, string>> form =
        [
            new("grant_type", "authorization_code"), new("code", code), new("client_id", clientId),
            new("redirect_uri", Callback), new("code_verifier", DevAuthorizationServerTests.Fixture.Verifier),
        ];
        if (resource is not null)
        {
            form.Add(new("resource", resource));
        }

        return PostAsync([.. form]);
    }

    public Task<TokenAnswer> RefreshAsync(JsonNode tokens) => PostAsync(
    [
        new("grant_type", "refresh_token"), new("refresh_token", (string)tokens["refresh_token"]!), new("client_id", clientId),
    ]);

    public async Task<TokenAnswer> PostAsync(
        KeyValuePair<string, string>[] form, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/dev-auth/token");
        request.Content = new FormUrlEncodedContent(form);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new TokenAnswer((int)response.StatusCode, JsonNode.Parse(text)!);
    }
}

/// <summary>What the token endpoint has answered.</summary>
internal sealed record TokenAnswer(int Status, JsonNode Json)
{
    public string? Error => (string?)Json["error"];

    public JsonNode ShouldSucceed()
    {
        Assert.True(Status == 200, $"{Status}: {Json.ToJsonString()}");
        return Json;
    }
}
