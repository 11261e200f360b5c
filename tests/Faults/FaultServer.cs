using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Faults;

/// <summary>The built server that the faults are tried on.</summary>
internal sealed record FaultServer(string Program, string Folder)
{
    /// <summary>Generates the server, and builds it as for production.</summary>
    public static async Task<FaultServer> BuildAsync()
    {
        var project = await Template.CreateAsync("faults", "TodoServer");
        (await Dotnet.BuildAsync(project.ProjectFile, "-c", "Release")).ShouldSucceed();
        return new FaultServer(project.GetAssembly("Release"), project.ContentRoot);
    }

    // In Development, because the issuer has no https; all else is as in production.
    public Task<ServerProcess> StartAsync(TestIssuer issuer, params (string Name, string Value)[] settings) =>
        ServerProcess.StartAsync(
            Program,
            Folder,
            "Development",
            [
                ("OAuth__Issuer", issuer.Issuer),
                ("Logging__LogLevel__ModelContextProtocol", "Warning"),
                .. settings,
            ]);
}
