using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Aspire;

/// <summary>The AppHost of a generated solution that runs, with a home of its own. It ends with the test, and so does what it has started.</summary>
internal sealed partial class AppHost : IAsyncDisposable
{
    private readonly LoggedProcess _process;
    private readonly DirectoryInfo _home;

    private AppHost(LoggedProcess process, DirectoryInfo home)
    {
        _process = process;
        _home = home;
    }

    /// <summary>The URL that its log names.</summary>
    public Uri Endpoint { get; private set; } = null!;

    public HttpClient Dashboard { get; } = new(new SocketsHttpHandler { UseProxy = false });

    public string Output => _process.Output;

    /// <summary>Builds a solution with an AppHost whose server has a free port; skips the test where that is not possible.</summary>
    public static async Task<GeneratedProject> BuildAsync(string folder, params string[] arguments)
    {
        var project = await Template.CreateAsync(folder, "TodoServer", ["--aspire", .. arguments]);
        await project.EditAsync("Properties/launchSettings.json", "localhost:5123", $"localhost:{ServerProcess.GetFreePort()}");
        var build = await Dotnet.BuildAsync(project.AppHostFile!);
        Skip.If(build.ExitCode != 0 && IsNotServed.IsMatch(build.Text), "The packages of Aspire cannot be restored here.");
        build.ShouldSucceed();
        return project;
    }

    /// <summary>Starts it without building it again. Returns when both instances can be called.</summary>
    public static Task<AppHost> StartAsync(GeneratedProject project) => StartAsync(Dotnet.CreateStartInfo(
        project.Directory, Dotnet.Home, ["run", "--no-build", "--project", Path.GetFileName(project.AppHostFolder)]));

    /// <summary>Starts it by a command. Returns when both instances can be called.</summary>
    public static async Task<AppHost> StartAsync(ProcessStartInfo start)
    {
        // In a short path, since the sockets of Aspire are below it.
        var home = Directory.CreateTempSubdirectory("apphost-");
        start.Environment["HOME"] = home.FullName;
        start.Environment["DevAuth__StateFolder"] = Path.Combine(home.FullName, "dev-auth");
        start.Environment.Remove("XDG_CACHE_HOME");
        start.Environment["ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS"] = "true"; // For its API.
        var appHost = new AppHost(LoggedProcess.Start(start), home);
        try
        {
            appHost.Dashboard.BaseAddress = new Uri(await appHost._process.WaitForAsync("      Now listening on: "));
            appHost.Endpoint = new Uri(await appHost._process.WaitForAsync("MCP endpoint: "));
            return appHost;
        }
        catch
        {
            await appHost.DisposeAsync();
            throw;
        }
    }

    /// <summary>All spans that the dashboard has, as JSON.</summary>
    public Task<string> ReadTracesAsync() => Dashboard.GetStringAsync("/api/telemetry/traces");

    /// <summary>The instances that have sent a span of this name.</summary>
    public async Task<IReadOnlySet<string>> FindInstancesAsync(string span)
    {
        var resources = JsonNode.Parse(await ReadTracesAsync())!["data"]!["resourceSpans"]!.AsArray();
        var found =
            from resource in resources
            where resource!["scopeSpans"]!.AsArray().SelectMany(scope => scope!["spans"]!.AsArray()).Any(item => (string?)item!["name"] == span)
            from attribute in resource["resource"]!["attributes"]!.AsArray()
            where (string?)attribute!["key"] == "service.instance.id"
            select (string)attribute["value"]!["stringValue"]!;
        return found.ToHashSet();
    }

    /// <summary>Asks it to stop, as Ctrl+C does, and waits until all that it has started has ended.</summary>
    public async Task StopAsync()
    {
        await _process.StopAsync();
        await Poll.UntilAsync(() => Task.FromResult(!FindProcesses().Any()));
    }

    public async ValueTask DisposeAsync()
    {
        Dashboard.Dispose();
        await _process.DisposeAsync();
        await Poll.UntilAsync(() => Task.FromResult(!FindProcesses().Any()));
        _home.Delete(recursive: true);
    }

    // They are no children of this process, but have its variables.
    private IEnumerable<string> FindProcesses() => !OperatingSystem.IsLinux() ? [] :
        from folder in Directory.EnumerateDirectories("/proc")
        where int.TryParse(Path.GetFileName(folder), out _)
        where ReadVariables(folder).Contains("HOME=" + _home.FullName, StringComparison.Ordinal)
        select folder;

    private static string ReadVariables(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "environ"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ""; // It has ended, or is somebody else's.
        }
    }

    [GeneratedRegex("MSB4236|NU1101|NU1102|NU1301")]
    private static partial Regex IsNotServed { get; }
}
