using System.Collections.Concurrent;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>The todo server in each style: built once for all tests, and started with a test issuer or with the development one.</summary>
internal static class TodoServer
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<GeneratedProject>>> s_built = new();

    /// <summary>Builds it with these arguments of the template: with others in one go, if the tests of many classes need it.</summary>
    public static Task<GeneratedProject> BuiltAsync(params string[] arguments)
    {
        var folder = ServersUnderTest.GetFolder(arguments);
        return ServersUnderTest.Has(folder)
            ? ServersUnderTest.BuiltAsync(folder)
            : s_built.GetOrAdd(folder, _ => new(() => BuildAsync(folder, arguments))).Value;
    }

    /// <summary>Starts it in Development with the development authorization server.</summary>
    public static Task<ServerProcess> StartAsync(params (string Name, string Value)[] settings) => StartAsync("Development", settings);

    /// <summary>Starts it so that it trusts a test issuer and is the resource http://localhost:PORT/mcp.</summary>
    public static Task<ServerProcess> StartAsync(TestIssuer issuer, params (string Name, string Value)[] settings) =>
        StartAsync("Development", [("OAuth__Issuer", issuer.Issuer), .. settings]);

    public static async Task<ServerProcess> StartAsync(string environment, params (string Name, string Value)[] settings)
    {
        var project = await BuiltAsync();
        return await ServerProcess.StartAsync(project.GetAssembly(), project.ContentRoot, environment, settings);
    }

    /// <summary>Starts it in Development at an address where it was before.</summary>
    public static async Task<ServerProcess> StartAgainAsync(Uri address, params (string Name, string Value)[] settings)
    {
        var project = await BuiltAsync();
        return await ServerProcess.StartAsync(project.GetAssembly(), project.ContentRoot, address, "Development", settings);
    }

    private static async Task<GeneratedProject> BuildAsync(string folder, string[] arguments)
    {
        var project = await Template.CreateAsync(folder, "TodoServer", arguments);
        (await Dotnet.BuildAsync(project.ProjectFile)).ShouldSucceed();
        return project;
    }
}
