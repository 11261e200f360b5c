namespace McpOAuthTemplates.Tests.Wiring;

/// <summary>
/// Apps that were there before the protection: wired as OAUTH-NEXT-STEPS.md says, they do what they did, and their MCP endpoint does
/// what it must.
/// </summary>
public sealed class ExistingAppTests
{
    public static TheoryData<string> Names => ExistingApps.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_answers_as_before(string app)
    {
        var run = await ExistingAppRun.GetAsync(app);

        Assert.NotEmpty(run.Before);
        var changed = run.Before.Zip(run.After)
            .Where(pair => pair.First != pair.Second)
            .Select(pair => $"before: {pair.First}\nafter:  {pair.Second}")
            .ToArray();
        Assert.True(changed.Length == 0, string.Join("\n\n", changed));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Its_MCP_endpoint_is_protected(string app)
    {
        var run = await ExistingAppRun.GetAsync(app);

        Assert.True(run.McpProblems.Count == 0, string.Join('\n', run.McpProblems));
    }

    [Fact]
    public async Task Its_other_endpoints_can_ask_for_scopes()
    {
        var run = await ExistingAppRun.GetAsync("scoped-endpoints");

        Assert.True(run.ScopeProblems.Count == 0, string.Join('\n', run.ScopeProblems));
    }

    [Fact]
    public async Task The_API_description_of_the_build_is_as_before()
    {
        var app = ExistingApps.Find("template-openapi-at-build");
        await ExistingAppBuild.ShouldBuildAsync(app);
        string Read(string folder) => File.ReadAllText(Path.Combine(folder, "obj", "TodoServer.json"));

        Assert.Contains("/weatherforecast", Read(app.Before), StringComparison.Ordinal);
        Assert.Equal(Read(app.Before), Read(app.After));
    }
}
