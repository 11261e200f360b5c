using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.Extensions.FileSystemGlobbing;

namespace McpOAuthTemplates.Tests;

/// <summary>
/// The Dockerfile without a Docker engine: its instructions are read, and its dotnet steps are run in the order and in the folders that
/// it says. The workflow of this repository builds the image.
/// </summary>
public sealed partial class DockerTests
{
    private static readonly string[] s_build = ["FROM", "WORKDIR", "COPY", "RUN", "COPY", "RUN"];

    private static readonly string[] s_lockedBuild = ["FROM", "WORKDIR", "COPY", "COPY", "RUN", "RUN", "COPY", "RUN"];

    private static readonly string[] s_image = ["FROM", "WORKDIR", "COPY", "USER", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT"];

    [Theory]
    [InlineData("docker", "aspnet:10.0-alpine", """["dotnet", "TodoServer.dll"]""")]
    [InlineData("docker-tests", "aspnet:10.0-alpine", """["dotnet", "TodoServer.dll"]""")]
    [InlineData("docker-aot", "runtime-deps:10.0-alpine", """["./TodoServer"]""")]
    [InlineData("everything", "aspnet:10.0-alpine", """["dotnet", "TodoServer.dll"]""")]
    public async Task The_image_is_small_does_not_run_as_root_and_checks_its_health(string variant, string image, string entryPoint)
    {
        var row = Variants.Built.Single(row => row.Name == variant);
        var lines = Read(await Template.CreateAsync(row));

        Assert.Equal([.. row.HasCI ? s_lockedBuild : s_build, .. s_image], lines.Select(line => line.Name));
        Assert.EndsWith("/" + image, lines.Last(line => line.Name == "FROM").Text, StringComparison.Ordinal);
        Assert.Equal("$APP_UID", lines.Single(line => line.Name == "USER").Text);
        Assert.Equal(entryPoint, lines.Single(line => line.Name == "ENTRYPOINT").Text);
        Assert.Contains("http://localhost:8080/healthz", lines.Single(line => line.Name == "HEALTHCHECK").Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("docker-alone")]
    [InlineData("docker-locked", "--tests", "--ci", "github")]
    public async Task Its_steps_lead_to_a_server_that_starts(string variant, params string[] arguments)
    {
        var project = await Template.CreateAsync(variant, "TodoServer", ["--docker", .. arguments]);
        (await Dotnet.RunAsync(project.Directory, "restore")).ShouldSucceed(); // As the owner has: it writes the lock file.
        project = project with { Files = [.. Repository.EnumerateFiles(project.Directory)] };
        var source = Template.CreateSandbox(variant + "-image", "src");
        var app = Path.Combine(Repository.Artifacts, variant + "-image", "app");
        var ignored = new Matcher().AddInclude("**/*");
        ignored.AddExcludePatterns(project.Read(".dockerignore").Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var context = ignored.Match(project.Files).Files.Select(file => file.Path).ToArray();
        foreach (var (name, text) in Read(project))
        {
            switch (name)
            {
                case "COPY" when text.StartsWith("--from=", StringComparison.Ordinal):
                    break;
                case "COPY":
                    Copy(text == ". ." ? "" : CopiedPath.Match(text).Groups[1].Value);
                    break;
                case "RUN":
                    var words = text.Replace("/app", app, StringComparison.Ordinal).Split(' ');
                    Assert.Equal("dotnet", words[0]);
                    (await Dotnet.RunAsync(CompilerServer.Use(Dotnet.CreateStartInfo(source, Dotnet.Home, words[1..])))).ShouldSucceed();
                    break;
            }
        }

        Assert.False(File.Exists(Path.Combine(app, "appsettings.Development.json")));
        Assert.False(File.Exists(Path.Combine(app, "packages.lock.json")));
        Assert.True(IsCompiledAhead(Path.Combine(app, "TodoServer.dll")));
        Assert.True(IsCompiledAhead(Path.Combine(app, "ModelContextProtocol.Core.dll")));
        await using var server = await ServerProcess.StartAsync(
            Path.Combine(app, "TodoServer.dll"), app, "Production",
            ("OAuth__Issuer", "https://login.contoso.com"), ("OAuth__Resource", "https://mcp.contoso.com/mcp"));
        Assert.Equal("Healthy", await server.Client.GetStringAsync("/healthz"));

        // As Docker does it: a file comes into the folder, and of a folder what is in it.
        void Copy(string path)
        {
            var files = context.Where(file => path.Length == 0 || file == path || file.StartsWith(path + "/", StringComparison.Ordinal)).ToArray();
            Assert.NotEmpty(files);
            foreach (var file in files)
            {
                var target = Path.Combine(source, file == path ? Path.GetFileName(file) : file[path.Length..].TrimStart('/'));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(Path.Combine(project.Directory, file), target, overwrite: true);
            }
        }
    }

    private static (string Name, string Text)[] Read(GeneratedProject project) =>
        [.. Instruction.Matches(project.Read("Dockerfile")).Select(match => (match.Groups[1].Value, match.Groups[2].Value))];

    private static bool IsCompiledAhead(string assembly)
    {
        using var reader = new PEReader(File.OpenRead(assembly));
        return reader.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0;
    }

    [GeneratedRegex("^([A-Z]+) (.+)$", RegexOptions.Multiline)]
    private static partial Regex Instruction { get; }

    [GeneratedRegex("""^\["([^"]+)", "\./"\]$""")]
    private static partial Regex CopiedPath { get; }
}
