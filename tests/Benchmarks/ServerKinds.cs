using System.Runtime.InteropServices;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Benchmarks;

/// <summary>Generates, builds and names the servers that are compared.</summary>
internal static class ServerKinds
{
    public const string Generated = "mcp-oauth", NoCache = "mcp-oauth, cache off", Native = "mcp-oauth, Native AOT",
        ReadyToRun = "mcp-oauth, ReadyToRun", InBox = "mcpserver (no auth)", SdkPattern = "C# SDK, AddMcp", Express = "Express, TypeScript SDK, jose";

    private const string Tool = "get_random_number";

    /// <summary>The tool that the other servers have, with a scope.</summary>
    private const string RandomTool = """
        using System.ComponentModel;
        using ModelContextProtocol.Server;
        using TodoServer.Authorization;

        namespace TodoServer.Tools;

        [McpServerToolType]
        internal sealed class RandomTool
        {
            [McpServerTool, Description("Gives a random number.")]
            [RequireScope(Scopes.TodoRead)]
            public static int GetRandomNumber() => Random.Shared.Next(100);
        }
        """;

    private static string Servers { get; } = Path.Combine(Repository.Root, "tests", "Benchmarks", "Servers");

    /// <summary>Those that can be built here: Native AOT on demand, since it takes minutes, and Express if there is npm.</summary>
    public static async Task<IReadOnlyList<ServerKind>> BuildAsync(bool native)
    {
        var generated = await CreateGeneratedAsync("benchmark");
        var kind = await BuildAsync(Generated, generated);
        List<ServerKind> kinds =
        [
            kind,
            kind with { Name = NoCache, Settings = (address, issuer) => [.. OAuth(address, issuer), ("OAuth__TokenCacheSeconds", "0")] },
            await BuildInBoxAsync(),
            await BuildSdkPatternAsync(),
        ];
        var compiled = Path.Combine(generated.Directory, "published");
        (await Dotnet.PublishAsync(generated.ProjectFile, "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "-o", compiled))
            .ShouldSucceed();
        kinds.Add(kind with { Name = ReadyToRun, Command = ["dotnet", Path.Combine(compiled, "TodoServer.dll")] });
        if (native)
        {
            var aot = await CreateGeneratedAsync("benchmark-aot", "--aot");
            var published = Path.Combine(aot.Directory, "published");
            (await Dotnet.PublishAsync(aot.ProjectFile, "-c", "Release", "-o", published)).ShouldSucceed();
            kinds.Add(kind with { Name = Native, Folder = aot.Directory, Command = [Path.Combine(published, "TodoServer")] });
        }

        if (await InstallExpressAsync() is { } express)
        {
            kinds.Add(express);
        }

        return kinds;
    }

    /// <summary>A generated server with these options.</summary>
    public static async Task<ServerKind> BuildGeneratedAsync(
        string name, string folder, params string[] options) =>
        await BuildAsync(name, await CreateGeneratedAsync(folder, options));

    private static async Task<ServerKind> BuildAsync(string name, GeneratedProject project)
    {
        (await Dotnet.BuildAsync(project.ProjectFile, "-c", "Release")).ShouldSucceed();
        string[] command = ["dotnet", project.GetAssembly("Release")];
        return new ServerKind(name, project.Directory, command, Tool, Settings: OAuth);
    }

    private static async Task<GeneratedProject> CreateGeneratedAsync(
        string folder, params string[] options)
    {
        var project = await Template.CreateAsync(folder, "TodoServer", options);
        const string Registration = ".WithTools<WhoAmITool>()";
        const string Extended = Registration + ".WithTools<RandomTool>()";
        var program = project.Read("Program.cs");
        var folderOfTools = Path.Combine(project.Directory, "Tools");
        await File.WriteAllTextAsync(
            Path.Combine(project.Directory, "Program.cs"),
            program.Replace(Registration, Extended, StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(folderOfTools, "RandomTool.cs"), RandomTool);
        return project;
    }

    /// <summary>A generated server that was built before: an assembly or a native binary.</summary>
    public static ServerKind CreateBuilt(string program)
    {
        var path = Path.GetFullPath(program);
        string[] command = path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? ["dotnet", path] : [path];
        return new(path, Path.GetDirectoryName(path)!, command, "list_todos", Settings: OAuth);
    }

    private static (string, string)[] OAuth(Uri address, string issuer) =>
    [
        ("Logging__LogLevel__ModelContextProtocol", "Warning"), // As in production.
        ("OAuth__Issuer", issuer),
        ("OAuth__Resource", new Uri(address, "mcp").AbsoluteUri),
        ("Mcp__RequestsPerMinute", "100000000"),
    ];

    // With the version of the SDK that the others have, and on the shared framework as they are.
    private static async Task<ServerKind> BuildInBoxAsync()
    {
        var folder = Path.Combine(Template.Sandbox, "benchmark-in-box");
        (await Template.RunAsync(Template.Sandbox, "mcpserver", "--transport", "remote", "-n", "InBox", "-o", folder, "--no-restore"))
            .ShouldSucceed();
        var project = Path.Combine(folder, "InBox.csproj");
        var text = await File.ReadAllTextAsync(project);
        await File.WriteAllTextAsync(project, System.Text.RegularExpressions.Regex.Replace(
            text, """(?<="ModelContextProtocol.AspNetCore" Version=")[^"]*""", "2.4.0"));
        (await Dotnet.BuildAsync(project, "-c", "Release", "-p:SelfContained=false", "-p:RuntimeIdentifiers=")).ShouldSucceed();
        var assembly = Path.Combine(folder, "bin", "Release", "net10.0", "InBox.dll");
        return new(InBox, folder, ["dotnet", assembly], Tool, Path: "/", HasAuth: false, Settings: (_, _) =>
            [("Logging__LogLevel__Default", "Warning")]);
    }

    private static async Task<ServerKind> BuildSdkPatternAsync()
    {
        var folder = Path.Combine(Servers, "SdkPattern");
        (await Dotnet.BuildAsync(Path.Combine(folder, "SdkPattern.csproj"), "-c", "Release")).ShouldSucceed();
        var assembly = Path.Combine(Repository.Root, "artifacts", "bin", "SdkPattern", "release", "SdkPattern.dll");
        return new(SdkPattern, folder, ["dotnet", assembly], Tool, Settings: (address, issuer) =>
            [("Issuer", issuer), ("Resource", new Uri(address, "mcp").AbsoluteUri), ("Logging__LogLevel__Default", "Warning")]);
    }

    private static async Task<ServerKind?> InstallExpressAsync()
    {
        var folder = Path.Combine(Servers, "Express");
        var node = Path.Combine(folder, "node_modules", "node", "bin", "node");
        if (!File.Exists(node))
        {
            try
            {
                using var npm = System.Diagnostics.Process.Start(
                    new System.Diagnostics.ProcessStartInfo("npm", "install --no-audit --no-fund --no-package-lock") { WorkingDirectory = folder })!;
                await npm.WaitForExitAsync();
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // No npm.
            }
        }

        return File.Exists(node)
            ? new(Express, folder, [node, "server.js"], Tool, HasNewRevision: false, Settings: (address, issuer) =>
                [("ISSUER", issuer), ("RESOURCE", new Uri(address, "mcp").AbsoluteUri)])
            : null;
    }
}
