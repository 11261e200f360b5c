using System.Text.RegularExpressions;
using System.Xml.Linq;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Wiring;

/// <summary>
/// Servers that no one here wrote, made by templates of the SDK, protected by mcp-oauth-wiring as its OAUTH-NEXT-STEPS.md says. All
/// are built together, once, and each with mcp-oauth-tests beside it.
/// </summary>
internal static partial class WiredServers
{
    /// <summary>As the SDK makes it, with a tool of its own.</summary>
    public const string Untouched = "wired-untouched";

    /// <summary>With --downstream, and with the tool that OAUTH-NEXT-STEPS.md shows.</summary>
    public const string Downstream = "wired-webapi";

    private const string SetUp = ".mcp-oauth-wiring.targets";

    private const string Registration = "builder.Services.AddMcpServer().WithHttpTransport().WithTodoTools().WithTools<WhoAmITool>();";

    private static readonly Lazy<Task> s_built = new(BuildAllAsync);

    /// <summary>The servers with the tools of the todo sample, and the arguments of dotnet new that make them.</summary>
    private static readonly (string Folder, string[] Arguments)[] s_todoServers =
    [
        ("wired-mcpserver", ["mcpserver", "--transport", "remote", "--self-contained", "false"]),
        (Downstream, ["webapi", "--no-openapi"]),
        ("wired-controllers", ["webapi", "--no-openapi", "--use-controllers"]),
    ];

    public static IEnumerable<string> All => [Untouched, .. s_todoServers.Select(server => server.Folder)];

    /// <summary>The tests beside a server.</summary>
    public static string GetTestProject(string server) =>
        Path.Combine(Template.Sandbox, server, "TodoServer.Tests", "TodoServer.Tests.csproj");

    public static string GetFolder(string server) => Path.Combine(Template.Sandbox, server, "TodoServer");

    public static async Task<(string Program, string Folder)> BuiltAsync(string server)
    {
        await s_built.Value;
        return (Path.Combine(GetFolder(server), "bin", "Debug", "net10.0", "TodoServer.dll"), GetFolder(server));
    }

    /// <summary>Makes a web project that is not restored.</summary>
    public static async Task<string> CreateAsync(string server, params string[] arguments)
    {
        var folder = GetFolder(server);
        (await Template.RunAsync(Template.Sandbox, [.. arguments, "-n", "TodoServer", "-o", folder, "--no-restore"])).ShouldSucceed();
        return folder;
    }

    /// <summary>Runs the template in process, and then the first post action as the command line does.</summary>
    public static async Task<CommandResult> WireInProcessAsync(string folder, params string[] arguments)
    {
        (await TemplateEngine.RunAsync(folder, ["mcp-oauth-wiring", .. arguments])).ShouldSucceed();
        return await Dotnet.RunAsync(folder, "restore", SetUp);
    }

    /// <summary>Does what the first post action does, in many folders at once.</summary>
    public static async Task SetUpAsync(IEnumerable<string> folders)
    {
        var projects = folders.Select(folder => Path.Combine(folder, SetUp));
        await RestoreTogetherAsync("SetUp.proj", projects);
    }

    /// <summary>
    /// Restores projects at once. A solution would want more of each: a configuration, and a framework that is installed.
    /// </summary>
    public static async Task RestoreTogetherAsync(string name, IEnumerable<string> projects)
    {
        var all = Path.Combine(Template.Sandbox, name);
        var task = new XElement(
            "MSBuild", new XAttribute("Projects", string.Join(';', projects)), new XAttribute("Targets", "Restore"));
        new XElement("Project", new XElement("Target", new XAttribute("Name", "Restore"), task)).Save(all);
        (await Dotnet.RunAsync(Template.Sandbox, "restore", all)).ShouldSucceed();
    }

    /// <summary>Runs the template in the folder of a project.</summary>
    public static Task<CommandResult> WireAsync(string folder, params string[] arguments) =>
        Template.RunAsync(folder, ["mcp-oauth-wiring", "--no-update-check", .. arguments]);

    private static async Task BuildAllAsync()
    {
        await CreateUntouchedAsync();
        foreach (var (server, arguments) in s_todoServers)
        {
            await CreateTodoServerAsync(server, arguments);
        }

        foreach (var project in All.Select(GetTestProject))
        {
            string[] more = project == GetTestProject(Downstream) ? ["--downstream"] : [];
            (await TemplateEngine.RunAsync(Template.Sandbox, [
                "mcp-oauth-tests", "-n", "TodoServer.Tests", "-o", Path.GetDirectoryName(project)!, "--no-restore", .. more]))
                .ShouldSucceed();
        }

        var projects = All.Select(server => Path.Combine(GetFolder(server), "TodoServer.csproj")).Concat(All.Select(GetTestProject));
        var build = (await Dotnet.BuildAsync(Template.SaveSolution("Wired.slnx", projects))).ShouldSucceed();
        Assert.Empty(GeneratedProjects.ParseDiagnostics(build.Text));
    }

    // It is restored, so that the template sees its namespace. Nothing but the printed lines, the attribute and a new tool is added.
    private static async Task CreateUntouchedAsync()
    {
        var folder = await CreateAsync(Untouched, "mcpserver", "--transport", "remote", "--self-contained", "false");
        await SetSdkVersionAsync(folder);
        (await Dotnet.RunAsync(folder, "restore")).ShouldSucceed();
        (await WireAsync(folder, "--scopes", "math:random")).ShouldSucceed();
        (await Template.RunAsync(folder, "mcp-oauth-tool", "-n", "Archive", "--scope", "math:archive", "--no-update-check")).ShouldSucceed();
        await EditAsync(folder, "Scopes.cs", "[MathRandom]", "[MathRandom, \"math:archive\"]");

        // As that of an owner who was here before scopes had descriptions: a refresh keeps the file.
        await EditAsync(folder, "Scopes.cs", "using System.ComponentModel;\n\n", "");
        await EditAsync(folder, "Scopes.cs", "    [Description(\"Say what this scope allows.\")]\n", "");
        var attribute = await ApplyNextStepsAsync(folder);
        await EditAsync(folder, "Tools/RandomNumberTools.cs", "[McpServerTool]", $"{attribute}\n    [McpServerTool]");
    }

    private static async Task CreateTodoServerAsync(string server, string[] arguments)
    {
        var folder = await CreateAsync(server, arguments);
        if (arguments.Contains("webapi"))
        {
            await EditAsync(folder, "Program.cs", "var app =", $"{Registration}\n\nvar app =");
            await EditAsync(folder, "Program.cs", "app.Run();", "app.MapMcp(\"/mcp\");\napp.Run();");
            await EditAsync(folder, "appsettings.json", """
                ,
                  "AllowedHosts": "*"
                """, "");
        }
        else
        {
            await SetSdkVersionAsync(folder);
            await EditAsync(folder, "Program.cs", ".WithTools<RandomNumberTools>()", ".WithTodoTools().WithTools<WhoAmITool>()");
        }

        var sample = await Template.CreateAsync(Variants.Default);
        foreach (var file in sample.Files.Where(file => file.StartsWith("Todos/", StringComparison.Ordinal)
            || file is "Tools/TodoTools.cs" or "Tools/TodoToolsExtensions.cs" or "Tools/WhoAmITool.cs"))
        {
            var target = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(sample.Directory, file), target);
        }

        var program = Path.Combine(folder, "Program.cs");
        await File.WriteAllTextAsync(program, "using TodoServer.Tools;\n" + await File.ReadAllTextAsync(program));
        string[] more = server == Downstream ? ["--downstream"] : [];
        (await WireAsync(folder, ["--scopes", "todo:read,todo:write", "--namespace", "TodoServer", .. more])).ShouldSucceed();
        await ApplyNextStepsAsync(folder);
        if (server == Downstream)
        {
            await ApplyDownstreamStepsAsync(folder);
        }
    }

    /// <summary>Adds the client and the tool for the sample API.</summary>
    private static async Task ApplyDownstreamStepsAsync(string folder)
    {
        var steps = await File.ReadAllTextAsync(Path.Combine(folder, "OAUTH-NEXT-STEPS.md"));
        var chapter = steps[steps.IndexOf("## Call another API", StringComparison.Ordinal)..];
        var blocks = CodeBlock.Matches(chapter).Select(match => match.Groups[1].Value).ToArray();
        Assert.Equal(2, blocks.Length);
        await EditAsync(folder, "Program.cs", "using TodoServer.Tools;", "using TodoServer.Downstream;\nusing TodoServer.Tools;");
        await EditAsync(folder, "Program.cs", Registration, $"{blocks[0]}\n{Registration[..^1]}.WithTools<OrderTools>();");
        await File.WriteAllTextAsync(Path.Combine(folder, "Tools", "OrderTools.cs"), $$"""
            using System.ComponentModel;
            using ModelContextProtocol.Server;
            using TodoServer.Downstream;

            namespace TodoServer.Tools;

            internal sealed class OrderTools
            {
                {{blocks[1]}}
            }
            """);
    }

    // That of the template is not in the registry that CI uses.
    private static async Task SetSdkVersionAsync(string folder)
    {
        var project = Path.Combine(folder, "TodoServer.csproj");
        await File.WriteAllTextAsync(project, SdkVersion.Replace(await File.ReadAllTextAsync(project), "$1\"2.4.0\""));
    }

    /// <summary>Does to Program.cs what OAUTH-NEXT-STEPS.md says, and returns the attribute for tools.</summary>
    private static async Task<string> ApplyNextStepsAsync(string folder)
    {
        var steps = await File.ReadAllTextAsync(Path.Combine(folder, "OAUTH-NEXT-STEPS.md"));
        var lines = CodeLine.Matches(steps).Select(match => match.Groups[1].Value).ToArray();
        Assert.InRange(lines.Length, 3, 4); // The fourth is for the other API.

        await EditAsync(folder, "Program.cs", "var app = builder.Build();", $"{lines[0]}\n\nvar app = builder.Build();");
        var program = Path.Combine(folder, "Program.cs");
        var text = await File.ReadAllTextAsync(program);
        await File.WriteAllTextAsync(program, Assert.Single(MapMcp.Matches(text)).Result($"$`{lines[1]}$'"));
        return lines[2];
    }

    private static async Task EditAsync(string folder, string file, string before, string after)
    {
        var path = Path.Combine(folder, file);
        var text = (await File.ReadAllTextAsync(path)).ReplaceLineEndings("\n");
        Assert.Equal(2, text.Split(before).Length);
        await File.WriteAllTextAsync(path, text.Replace(before, after, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"```csharp\n *(.+)\n *```")]
    private static partial Regex CodeLine { get; }

    [GeneratedRegex(@"```csharp\n((?:.*\n)+?)```")]
    private static partial Regex CodeBlock { get; }

    [GeneratedRegex(@"app\.MapMcp\(.*\);")]
    private static partial Regex MapMcp { get; }

    [GeneratedRegex("(Include=\"ModelContextProtocol.AspNetCore\" Version=)\"[^\"]*\"")]
    private static partial Regex SdkVersion { get; }
}
