using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Server;

/// <summary>What the presets of --provider put into the settings. ProviderTests have tokens for it.</summary>
public sealed partial class ProviderSettingsTests
{
    public static TheoryData<Variant> Providers => new(Variants.Providers);

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_server_with_placeholders_says_where_their_values_are_found(Variant provider)
    {
        var unset = await Template.CreateAsync(
            $"placeholders-{provider.Name}", "TodoServer", "--provider", provider.Provider);
        var oauth = JsonNode.Parse(unset.Read("appsettings.json"))!["OAuth"]!.AsObject();
        var places = oauth["WhereToFind"]!.AsObject();
        var expected =
            from setting in GetValues(oauth, "").ToArray()
            where !setting.Path.StartsWith("WhereToFind:", StringComparison.Ordinal)
            where setting.Value.Contains("YOUR-", StringComparison.Ordinal) || setting.Value.Contains(".example.com/", StringComparison.Ordinal)
            select $"  - OAuth:{setting.Path} is still the placeholder '{setting.Value}'. Set it in appsettings.json, or as environment variable "
                + $"OAuth__{setting.Path.Replace(":", "__", StringComparison.Ordinal)}. See: {places[setting.Path.Replace(":0", "", StringComparison.Ordinal)]}.";

        // The settings are those of the other project, which is not built: no code depends on them.
        var built = await Template.CreateAsync(provider);
        var build = await GeneratedProjects.BuiltAsync();
        Assert.Empty(build.GetDiagnostics(built));
        var result = await ServerProcess.RunToEndAsync(build.GetAssembly(built), unset.ContentRoot, "Production");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Single(UnhandledException.Matches(result.Output));
        Assert.Equal(expected.Order(), Problem.Matches(result.Output).Select(match => match.Value).Order());
    }

    [Fact]
    public async Task A_project_with_all_values_has_no_placeholder_but_what_only_a_dashboard_knows()
    {
        var projects = await Task.WhenAll(Variants.Providers.Select(Template.CreateAsync));

        Assert.Equal(
            ["YOUR-APP-CLIENT-ID"],
            projects.SelectMany(project => Placeholder.Matches(project.Read("appsettings.json"))).Select(match => match.Value));
    }

    /// <summary>The settings for production must not get into the way of the development authorization server.</summary>
    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Signing_in_for_development_still_works(Variant provider)
    {
        await using var server = await GeneratedProjects.StartAsync(Template.CreateAsync(provider));
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = "dev-script",
            ["client_secret"] = "dev-secret",
        });
        using var answer = await server.Client.PostAsync("/dev-auth/token", form);
        var token = (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["access_token"];
        using var response = await server.Client.CallToolAsync("list_todos", token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var metadata = JsonNode.Parse(await server.Client.GetStringAsync("/.well-known/oauth-protected-resource"))!;
        Assert.EndsWith("/dev-auth", (string?)Assert.Single(metadata["authorization_servers"]!.AsArray()), StringComparison.Ordinal);
        Assert.Equal(["todo:read", "todo:write"], metadata["scopes_supported"]!.AsArray().Select(scope => (string?)scope));
    }

    [Theory]
    [InlineData("https://fabrikam.scalekit.com/", null)]
    [InlineData(null, "res_9")]
    [InlineData("https://fabrikam.scalekit.com", "res_9")]
    public async Task The_variables_of_Scalekit_win(string? environment, string? resourceId)
    {
        var scalekit = Variants.Providers.Single(provider => provider.Provider == "scalekit");
        (string Name, string? Value)[] variables =
            [("SCALEKIT_ENVIRONMENT_URL", environment), ("SCALEKIT_RESOURCE_ID", resourceId), ("AllowedHosts", "*")];
        await using var server = await GeneratedProjects.StartAsync(
            Template.CreateAsync(scalekit), "Production",
            [.. from variable in variables where variable.Value is not null select (variable.Name, variable.Value)]);

        var metadata = JsonNode.Parse(await server.Client.GetStringAsync("/.well-known/oauth-protected-resource"))!;
        Assert.Equal(
            $"{environment?.TrimEnd('/') ?? scalekit.GetOption("--authority")}/resources/{resourceId ?? scalekit.GetOption("--audience")}",
            (string?)Assert.Single(metadata["authorization_servers"]!.AsArray()));
    }

    private static IEnumerable<(string Path, string Value)> GetValues(JsonNode node, string path) => node switch
    {
        JsonObject values => values.SelectMany(value => GetValues(value.Value!, $"{path}:{value.Key}".TrimStart(':'))),
        JsonArray items => items.SelectMany((item, index) => GetValues(item!, $"{path}:{index}")),
        _ => [(path, node.ToString())],
    };

    [GeneratedRegex("Unhandled exception")]
    private static partial Regex UnhandledException { get; }

    [GeneratedRegex("^  - .*$", RegexOptions.Multiline)]
    private static partial Regex Problem { get; }

    [GeneratedRegex(@"YOUR-[A-Z-]+|[a-z.]+\.example\.com")]
    private static partial Regex Placeholder { get; }
}
