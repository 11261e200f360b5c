using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Aspire;
using McpOAuthTemplates.Tests.Infrastructure;
using McpOAuthTemplates.Tests.Updates;

namespace McpOAuthTemplates.Tests;

/// <summary>
/// The owner of a generated project can paste the commands of its README into a shell. RepositoryReadmeTests runs those of a default
/// project; here are those of the other layouts.
/// </summary>
public sealed partial class GeneratedReadmeTests
{
    /// <summary>All commands of the README of a project, in the order of the README.</summary>
    internal static async Task RunAsync(string project, string shell, string home, string port)
    {
        var commands = await ReadCommandsAsync(project, shell, home);
        await using (var server = commands.Start(project, "dotnet run"))
        {
            await server.WaitForAsync("      Now listening on: http://localhost:" + port, atMost: RepositoryReadmeTests.Patience);
            await commands.RunInlineAsync(project, "dotnet verify.cs -- --help");

            // AGENTS.md has the URL that belongs to this server.
            var agents = new ShellCommands(
                await File.ReadAllTextAsync(Path.Combine(project, "AGENTS.md")), shell, home, command => command);
            await agents.RunInlineAsync(project, $"dotnet verify.cs http://localhost:{port}/mcp");
        }

        foreach (var block in commands.Rest.Where(block => block.StartsWith("dotnet add", StringComparison.Ordinal)).ToArray())
        {
            await commands.RunAsync(project, block);
        }

        await commands.RunAsync(project, "dotnet publish");
        await GitRepository.CreateAsync(project);
        var update = await commands.RunAsync(project, "dotnet new install McpOAuthTemplates");

        Assert.Contains("there is nothing to do", update.Output, StringComparison.Ordinal);
        Assert.Empty(commands.Rest);
    }

    [SkippableTheory]
    [InlineData("bash")]
    [InlineData("pwsh")]
    public async Task Each_command_of_a_solution_runs_as_it_stands(string shell)
    {
        var project = await CreateAsync(shell, "solution", "--tests", "--use-controllers", "--exclude-launch-settings");
        await RunAsync(project.Folder, shell, project.Home, project.Port);
    }

    /// <summary>Without launchSettings.json, the command to run says what is in it.</summary>
    [SkippableTheory]
    [InlineData("bash")]
    [InlineData("pwsh")]
    public async Task A_project_without_launch_settings_runs_as_its_README_says(string shell)
    {
        var project = await CreateAsync(shell, "alone", "--exclude-launch-settings");
        var commands = await ReadCommandsAsync(project.Folder, shell, project.Home);
        commands.LeaveOut(await ReadReadmeAsync((await CreateAsync(shell, "default")).Folder));

        await using var server = commands.Start(project.Folder, "dotnet run -- --environment Development");
        await server.WaitForAsync(
            "      Now listening on: http://localhost:" + project.Port, atMost: RepositoryReadmeTests.Patience);
        await server.WaitForAsync("      Hosting environment: Development");

        Assert.Empty(commands.Rest);
    }

    /// <summary>With --aspire, there are two ways to run it.</summary>
    [SkippableTheory]
    [InlineData("bash")]
    [InlineData("pwsh")]
    public async Task An_AppHost_runs_as_its_README_says(string shell)
    {
        await AspireTests.Project.Value; // Skips where its packages cannot be restored.
        var project = await CreateAsync(shell, "aspire", "--aspire");
        var commands = await ReadCommandsAsync(project.Folder, shell, project.Home);
        commands.LeaveOut(await ReadReadmeAsync((await CreateAsync(shell, "solution-again", "--tests")).Folder));

        await using var appHost = await AppHost.StartAsync(
            commands.GetStartInfo(project.Folder, "dotnet run --project \"TodoServer.AppHost\""));

        Assert.Equal($"http://localhost:{project.Port}/mcp", appHost.Endpoint.ToString());
        Assert.Empty(commands.Rest);
    }

    /// <summary>The commands are for Azure Cloud Shell. Here, "az" writes down what it was asked for.</summary>
    [SkippableFact]
    public async Task The_commands_for_Entra_set_up_both_app_registrations()
    {
        Skip.If(OperatingSystem.IsWindows(), "The commands are for bash.");
        const string Resource = "https://mcp.contoso.com/mcp";
        var project = await CreateAsync("bash", "entra", "--provider", "entra", "--resource", Resource);
        var page = await File.ReadAllTextAsync(Path.Combine(project.Folder, "AUTHORIZATION-SERVER.md"));
        var script = string.Join('\n', BashBlock.Matches(page).Select(match => match.Groups[1].Value));

        var tools = Repository.CreateEmptyDirectory("readme", "entra-tools");
        await WriteProgramAsync(tools, "az", AzureCommandLine);
        await WriteProgramAsync(tools, "uuidgen", "cat /proc/sys/kernel/random/uuid");
        var start = Dotnet.CreateStartInfo(tools, project.Home, ["-e", "-u", "-c", script]);
        start.FileName = "bash";
        start.Environment["PATH"] = tools + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
        var output = (await Dotnet.RunAsync(start)).ShouldSucceed().Output;

        var bodies = (await File.ReadAllTextAsync(Path.Combine(tools, "bodies.txt"))).Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(body => JsonNode.Parse(body)!).ToArray();
        Assert.Equal(2, (int)bodies[0]["api"]!["requestedAccessTokenVersion"]!);
        Assert.Equal(Resource, (string?)bodies[1]["identifierUris"]![0]);
        var scopes = bodies[2]["api"]!["oauth2PermissionScopes"]!.AsArray();
        Assert.Equal(["todo:read", "todo:write"], scopes.Select(scope => (string)scope!["value"]!));
        Assert.Equal(2, scopes.Select(scope => Guid.Parse((string)scope!["id"]!)).Distinct().Count());
        Assert.Equal(["first", "second"], bodies[3]["api"]!["preAuthorizedApplications"]![0]!["delegatedPermissionIds"]!
            .AsArray().Select(id => (string)id!));
        Assert.Contains(bodies[4]["publicClient"]!["redirectUris"]!.AsArray(), uri => (string?)uri == "http://127.0.0.1/callback");
        Assert.Equal(5, bodies.Length);
        Assert.Contains($"OAuth__ScopePrefix={Resource}/\n", output, StringComparison.Ordinal);
        Assert.Contains("OAuth__Audiences__0=app-1\n", output, StringComparison.Ordinal);
        Assert.Contains("OAuth__Registration__ClientId=app-2\n", output, StringComparison.Ordinal);
        Assert.Contains("/TENANT/oauth2/v2.0/authorize?client_id=app-2&response_type=code", output, StringComparison.Ordinal);
    }

    private const string AzureCommandLine = """
        case "$1 $2 $3" in
          "ad app create")
            printf 'x' >> apps.txt
            echo "app-$(wc -c < apps.txt)" ;;
          "ad app show") echo '["first","second"]' ;;
          "account show "*) echo TENANT ;;
          "rest --method PATCH")
            [ "$4 $6" = "--url --body" ]
            printf '%s\0' "$7" >> bodies.txt ;;
          "ad sp create") ;;
          *) echo "unexpected: $*" >&2; exit 2 ;;
        esac
        """;

    private static async Task WriteProgramAsync(string folder, string name, string script)
    {
        var path = Path.Combine(folder, name);
        await File.WriteAllTextAsync(path, $"#!/usr/bin/env bash\nset -e\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static async Task<(string Folder, string Home, string Port)> CreateAsync(
        string shell, string layout, params string[] options)
    {
        Skip.If(shell == "pwsh" && PowerShell.SkipReason is not null, PowerShell.SkipReason);
        var folder = await RepositoryReadmeTests.CreateFolderAsync($"{shell}-{layout}");
        var home = Repository.CreateEmptyDirectory("readme", $"{shell}-{layout}-home");
        var port = ServerProcess.GetFreePort().ToString(CultureInfo.InvariantCulture);
        var project = Path.Combine(folder, "TodoServer");
        var created = await TemplateEngine.RunAsync(
            folder, ["mcp-oauth", "-n", "TodoServer", "-o", project, "--no-restore", "--http-port", port, .. options]);
        created.ShouldSucceed();
        return (project, home, port);
    }

    private static async Task<ShellCommands> ReadCommandsAsync(string project, string shell, string home) =>
        new(await ReadReadmeAsync(project), shell, home, command => command);

    private static Task<string> ReadReadmeAsync(string project) => File.ReadAllTextAsync(Path.Combine(project, "README.md"));

    [GeneratedRegex("^```bash\n(.*?)\n```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex BashBlock { get; }
}
