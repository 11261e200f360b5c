using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Clients;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests;

/// <summary>A reader of the README can paste its commands into a shell, on GitHub and on nuget.org.</summary>
public sealed partial class RepositoryReadmeTests
{
    private static readonly string s_readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    /// <summary>A template is installed, a project restored and built, all in one command.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>All commands but that of the tests, which is running, in the order of the README.</summary>
    [SkippableTheory]
    [InlineData("bash")]
    [InlineData("pwsh")]
    public async Task Each_command_runs_as_it_stands(string shell)
    {
        Skip.If(shell == "pwsh" && PowerShell.SkipReason is not null, PowerShell.SkipReason);
        var folder = await CreateFolderAsync(shell);
        var port = ServerProcess.GetFreePort().ToString(CultureInfo.InvariantCulture);
        var home = Repository.CreateEmptyDirectory("readme", shell + "-home");
        var commands = new ShellCommands(
            s_readme, shell, home, command => command.Replace("5100", port, StringComparison.Ordinal));

        await using (var server = commands.Start(folder, "dotnet new install McpOAuthTemplates"))
        {
            await server.WaitForAsync("      Now listening on: http://localhost:" + port, atMost: Patience);
            var refusal = await commands.RunAsync(folder, "curl -i");
            var expected = ExpectedRefusal.Match(s_readme).Value.Replace("5100", port, StringComparison.Ordinal);
            Assert.Contains(expected, refusal.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);

            await using var client = commands.Start(folder, "dotnet TodoServer/verify.cs --login");
            await SignInAsync(client, new Uri($"http://localhost:{port}"));
            var verified = await client.WaitForExitAsync();
            Assert.Contains("whoami answers: ", verified.ShouldSucceed().Output, StringComparison.Ordinal);
        }

        var project = Path.Combine(folder, "TodoServer");
        await commands.RunAsync(project, "dotnet new mcp-oauth-tool");
        Assert.True(File.Exists(Path.Combine(project, "Tools", "ArchiveTools.cs")));
        Assert.True(File.Exists(Path.Combine(folder, "TodoServer.Tests", "ScopeTests.cs")));
        await commands.RunInlineAsync(project, "dotnet test ../TodoServer.Tests");
        await commands.RunInlineAsync(project, "dotnet publish -c Release");
        var elsewhere = Repository.CreateEmptyDirectory("readme", shell + "-production");
        await commands.RunInlineAsync(
            elsewhere, "dotnet new mcp-oauth -n TodoServer --provider keycloak --resource https://mcp.contoso.com/mcp");
        Assert.True(File.Exists(Path.Combine(elsewhere, "TodoServer", "AUTHORIZATION-SERVER.md")));
        await WriteToolAsync(project);
        await GeneratedReadmeTests.RunAsync(project, shell, home, port);

        await commands.RunAsync(await CreateExistingServerAsync(folder), "dotnet new mcp-oauth-wiring");

        Directory.CreateSymbolicLink(Path.Combine(folder, "templates"), Repository.Templates);
        await using (var server = commands.Start(folder, "dotnet new install ./templates"))
        {
            await server.WaitForAsync("      Now listening on: http://localhost:" + port, atMost: Patience);
        }

        Assert.Equal(["dotnet test tests/McpOAuthTemplates.Tests"], commands.Rest);
    }

    [Fact]
    public void It_is_short() => Assert.InRange(s_readme.Split('\n').Length - 1, 1, 200);

    /// <summary>On nuget.org there is no repository around it.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("https://github.com/contoso/templates", "https://github.com/contoso/templates/")]
    public async Task The_package_has_it_without_relative_links(string repository, string links)
    {
        var readme = await ReadPackageReadmeAsync(repository);
        var targets = Link.Matches(readme).Select(match => match.Groups[1].Value)
            .Where(target => !target.StartsWith('#')).ToArray();

        Assert.All(targets, target => Assert.StartsWith("https://", target, StringComparison.Ordinal));
        Assert.Equal(links.Length > 0, targets.Length > 0);
        Assert.All(targets, target => Assert.StartsWith(links, target, StringComparison.Ordinal));
        Assert.DoesNotContain("./templates", readme, StringComparison.Ordinal);
        Assert.Empty(WithoutLinks(readme).Except(WithoutLinks(s_readme)));
        Assert.InRange(WithoutLinks(s_readme).Except(WithoutLinks(readme)).Count(), 1, 6);
    }

    private static string[] WithoutLinks(string text) =>
        [.. AnyLink.Replace(text, "$1").Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    private static async Task<string> ReadPackageReadmeAsync(string repository)
    {
        var path = (await Package.PackedAsync()).Path;
        if (repository.Length > 0)
        {
            var folder = Repository.CreateEmptyDirectory("readme", "package");
            (await Dotnet.RunAsync(
                Repository.Root, "pack", "McpOAuthTemplates.csproj", "-o", folder, "-p:RepositoryUrl=" + repository, "-tl:off"))
                .ShouldSucceed();
            path = Assert.Single(Directory.GetFiles(folder));
        }

        await using var package = await ZipFile.OpenReadAsync(path);
        using var reader = new StreamReader(await package.GetEntry("README.md")!.OpenAsync());
        return await reader.ReadToEndAsync();
    }

    /// <summary>A folder in which "dotnet new install" finds the package as on nuget.org.</summary>
    internal static async Task<string> CreateFolderAsync(string shell)
    {
        var folder = Template.CreateSandbox("readme", shell);
        var package = (await Package.PackedAsync()).Path;
        await File.WriteAllTextAsync(Path.Combine(folder, "nuget.config"), $"""
            <configuration>
              <packageSources>
                <add key="packed" value="{Path.GetDirectoryName(package)}" />
              </packageSources>
            </configuration>
            """);
        return folder;
    }

    /// <summary>Does in the browser what the program asks for.</summary>
    private static async Task SignInAsync(LoggedProcess client, Uri server)
    {
        var url = await client.WaitForAsync("  Sign in at ", atMost: Patience);
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false };
        using var http = new HttpClient(handler) { BaseAddress = server };
        var answer = await new Person(http, "ada").AllowAsync(url);
        using var redirect = new HttpClient();
        await redirect.GetStringAsync(answer.Response.Headers.Location);
    }

    /// <summary>The tool of the README, with the store that it stands for.</summary>
    private static Task WriteToolAsync(string project) => File.WriteAllTextAsync(
        Path.Combine(project, "Tools", "NoteTools.cs"),
        $$"""
        using System.ComponentModel;
        using System.Security.Claims;
        using ModelContextProtocol.Server;
        using TodoServer.Authorization;

        namespace TodoServer.Tools;

        {{Tool.Match(s_readme).Groups[1].Value}}

        internal sealed class NoteStore
        {
            private readonly List<(string Owner, string Text)> _notes = [];

            public string[] List(string owner) => [.. from note in _notes where note.Owner == owner select note.Text];

            public void Add(string owner, string text) => _notes.Add((owner, text));
        }

        """);

    private static async Task<string> CreateExistingServerAsync(string folder)
    {
        var server = Directory.CreateDirectory(Path.Combine(folder, "MathServer")).FullName;
        await File.WriteAllTextAsync(Path.Combine(server, "MathServer.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
              </PropertyGroup>
            </Project>
            """);
        (await Dotnet.RunAsync(server, "restore")).ShouldSucceed();
        return server;
    }

    [GeneratedRegex(@"```csharp\n(\[McpServerToolType\]\n.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Tool { get; }

    [GeneratedRegex("^HTTP/1.1 401 .*?\n", RegexOptions.Multiline)]
    private static partial Regex ExpectedRefusal { get; }

    [GeneratedRegex(@"\]\(([^)]*)\)")]
    private static partial Regex Link { get; }

    [GeneratedRegex(@"!?\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex AnyLink { get; }
}
