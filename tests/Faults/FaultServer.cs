using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Faults;

/// <summary>The built server that the faults are tried on.</summary>
internal sealed record FaultServer(GeneratedProject Project, string Program)
{
    /// <summary>Generates the server, and builds it as for production.</summary>
    public static async Task<FaultServer> BuildAsync()
    {
        var project = await Template.CreateAsync("faults", "TodoServer");
        (await Dotnet.BuildAsync(project.ProjectFile, "-c", "Release")).ShouldSucceed();
        return new FaultServer(project, project.GetAssembly("Release"));
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
}
