using McpOAuthTemplates.Tests.Clients;
using McpOAuthTemplates.Tests.Downstream;
using McpOAuthTemplates.Tests.Server;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>The todo servers that most classes run, some with code of an owner: one solution, since five builds would take thrice the time.</summary>
internal static class ServersUnderTest
{
    private static readonly (string Folder, string[] Arguments, Func<GeneratedProject, Task>? AddCode)[] s_all =
    [
        (GetFolder(), [], null),
        (GetFolder("--use-controllers"), ["--use-controllers"], null),
        (TelemetryServer.Folder, ["--telemetry", "--use-controllers"], TelemetryServer.AddCodeAsync),
        (OwnPrimitivesServer.Folder, [], OwnPrimitivesServer.AddCodeAsync),
        (OwnMethodsServer.Folder, [], OwnMethodsServer.AddCodeAsync),
        (Conformance.Folder, [], Conformance.AddCodeAsync),
        (DownstreamServer.Folder, ["--downstream"], DownstreamServer.AddCodeAsync),
    ];

    private static readonly Lazy<Task<GeneratedProject[]>> s_built = new(BuildAllAsync);

    /// <summary>The folder of the server with these arguments and without other code.</summary>
    public static string GetFolder(params string[] arguments) => "server-under-test" + string.Concat(arguments);

    public static bool Has(string folder) => s_all.Any(server => server.Folder == folder);

    public static async Task<GeneratedProject> BuiltAsync(string folder) =>
        (await s_built.Value).Single(project => Path.GetFileName(project.Directory) == folder);

    private static async Task<GeneratedProject[]> BuildAllAsync()
    {
        var projects = await Task.WhenAll(s_all.Select(async server =>
        {
            var project = await Template.CreateAsync(server.Folder, "TodoServer", server.Arguments);
            await (server.AddCode?.Invoke(project) ?? Task.CompletedTask);
            return project;
        }));
        var solution = Template.SaveSolution("Servers.slnx", projects.Select(project => project.ProjectFile));
        (await Dotnet.BuildAsync(solution)).ShouldSucceed();
        return projects;
    }
}
