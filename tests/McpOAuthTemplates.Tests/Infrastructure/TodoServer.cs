namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>The default variant: built once for all tests, and started with a test issuer or with the development one.</summary>
internal static class TodoServer
{
    private static readonly Lazy<Task<GeneratedProject>> s_built = new(BuildAsync);

    public static Task<GeneratedProject> BuiltAsync() => s_built.Value;

    /// <summary>Starts it in Development with the development authorization server.</summary>
    public static Task<ServerProcess> StartAsync(params (string Name, string Value)[] settings) => StartAsync("Development", settings);

    /// <summary>Starts it so that it trusts a test issuer and is the resource http://localhost:PORT/mcp.</summary>
    public static Task<ServerProcess> StartAsync(TestIssuer issuer, params (string Name, string Value)[] settings) =>
        StartAsync("Development", [("OAuth__Issuer", issuer.Issuer), .. settings]);

    public static async Task<ServerProcess> StartAsync(string environment, params (string Name, string Value)[] settings)
    {
        var project = await BuiltAsync();
        return await ServerProcess.StartAsync(project.GetAssembly(), project.Directory, environment, settings);
    }

    private static async Task<GeneratedProject> BuildAsync()
    {
        var project = await Template.CreateAsync("server-under-test", "TodoServer");
        (await Dotnet.BuildAsync(project.ProjectFile)).ShouldSucceed();
        return project;
    }
}
