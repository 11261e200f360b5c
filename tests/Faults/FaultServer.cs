using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Faults;

/// <summary>The built server that the faults are tried on.</summary>
internal sealed record FaultServer(GeneratedProject Project, string Program)
{
    private const string MemoryTool = """
        using Microsoft.AspNetCore.Authorization;
        using ModelContextProtocol.Server;

        namespace TodoServer.Tools;

        internal sealed class MemoryTool
        {
            [McpServerTool(Name = "memory")]
            [Authorize]
            public static long Measure()
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                GC.Collect();
                return GC.GetTotalMemory(forceFullCollection: false);
            }
        }

        """;

    /// <summary>Generates the server, and builds it as for production.</summary>
    public static async Task<FaultServer> BuildAsync() =>
        await BuildAsync(await Template.CreateAsync("faults", "TodoServer"));

    /// <summary>The same with a further tool, which tells what is in memory that is no garbage.</summary>
    public static async Task<FaultServer> BuildWithMemoryToolAsync()
    {
        var project = await Template.CreateAsync("soak", "TodoServer");
        await project.AddToolsAsync(MemoryTool, ".WithTools<MemoryTool>()");
        return await BuildAsync(project);
    }

    /// <summary>Starts it on a free port.</summary>
    public Task<ServerProcess> StartAsync(TestIssuer issuer, params (string Name, string Value)[] settings)
    {
        var address = new Uri($"http://localhost:{ServerProcess.GetFreePort()}");
        return StartAtAsync(issuer, address, settings);
    }

    /// <summary>Starts it at this address.</summary>
    public Task<ServerProcess> StartAtAsync(
        TestIssuer issuer, Uri address, params (string Name, string Value)[] settings)
    {
        // In Development, because the issuer has no https; all else is as in production.
        (string, string)[] ofProduction =
        [
            ("OAuth__Issuer", issuer.Issuer),
            ("Logging__LogLevel__ModelContextProtocol", "Warning"),
        ];
        return ServerProcess.StartAsync(
            Program, Project.ContentRoot, address, "Development", [.. ofProduction, .. settings]);
    }

    private static async Task<FaultServer> BuildAsync(GeneratedProject project)
    {
        (await Dotnet.BuildAsync(project.ProjectFile, "-c", "Release")).ShouldSucceed();
        return new FaultServer(project, project.GetAssembly("Release"));
    }
}
