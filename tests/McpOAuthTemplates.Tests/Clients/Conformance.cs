using System.Net.Http.Json;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.DevAuth;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Clients;

/// <summary>
/// The official conformance suite (@modelcontextprotocol/conformance), run once: against the development authorization server,
/// and in both revisions against the server that trusts it, with the tools, prompts and resources that the suite calls by name.
/// Its requirement sets say which scenarios there are, and which a server must pass.
/// </summary>
public sealed partial class Conformance : IAsyncLifetime
{
    internal const string Folder = "conformance";

    private static readonly JsonSerializerOptions s_json =
        new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string s_suite = NodeTools.GetModule("@modelcontextprotocol", "conformance");
    private static readonly string[] s_revisions = ["2025-11-25", "2026-07-28"];

    private readonly List<ConformanceRun> _runs = [];

    /// <summary>Each run with each scenario and the number of its checks.</summary>
    public string Results => JsonSerializer.Serialize(
        _runs.ToDictionary(
            run => run.Name, run => run.Scenarios.ToDictionary(scenario => scenario.Name, scenario => scenario.Text)),
        s_json) + "\n";

    /// <summary>The same in short, as Markdown.</summary>
    public string Summary
    {
        get
        {
            var package = JsonNode.Parse(File.ReadAllText(Path.Combine(s_suite, "package.json")))!;
            var table = new StringBuilder();
            table.Append(null, $"| `{package["name"]}` {package["version"]} | required scenarios without a failure ");
            table.Append("| checks passed | failed | skipped | warnings |\n|---|---|---|---|---|---|\n");
            foreach (var run in _runs)
            {
                var required = run.Scenarios.Where(scenario => scenario.NotRequired is null).ToArray();
                table.Append(null, $"| {run.Name} | {required.Count(scenario => scenario.Failed == 0)} of {required.Length} ");
                table.Append(null, $"| {Sum(scenario => scenario.Passed)} | {Sum(scenario => scenario.Failed)} ");
                table.Append(null, $"| {Sum(scenario => scenario.Skipped)} | {Sum(scenario => scenario.Warnings)} |\n");

                int Sum(Func<ConformanceScenario, int> count) => required.Sum(count);
            }

            return table.ToString();
        }
    }

    public async Task InitializeAsync()
    {
        if (NodeTools.SkipReason is not null)
        {
            return;
        }

        var project = await ServersUnderTest.BuiltAsync(Folder);
        await using (var server = await StartAsync("Stateless"))
        {
            foreach (var revision in s_revisions)
            {
                _runs.Add(await RunAuthorizationAsync(server, revision));
            }

            foreach (var revision in s_revisions)
            {
                _runs.Add(await RunServerAsync("server", server, revision));
            }
        }

        // The template has no sessions; its owner can choose them, for clients of the earlier revisions.
        await using (var server = await StartAsync("StatefulForInitializeClients"))
        {
            _runs.Add(await RunServerAsync("server with sessions", server, s_revisions[0]));
        }

        Task<ServerProcess> StartAsync(string mode) => ServerProcess.StartAsync(
            project.GetAssembly(), project.Directory, "Development",
            ("Mcp__RequestsPerMinute", "100000"), ("Conformance__SessionMode", mode));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    internal static Task AddCodeAsync(GeneratedProject project)
    {
        var fixtures = Path.Combine(Repository.TestProject, "Fixtures", "Conformance");
        return project.AddToolsAsync(".WithConformance()", [.. Repository.EnumerateFiles(fixtures)
            .Select(file => (file, File.ReadAllText(Path.Combine(fixtures, file))))]);
    }

    private static async Task<string> GetTokenAsync(ServerProcess server)
    {
        using var form = new FormUrlEncodedContent(
            [new("grant_type", "client_credentials"), new("client_id", "dev-script"), new("client_secret", "dev-secret")]);
        using var response = await server.Client.PostAsync("/dev-auth/token", form);
        return (await response.Content.ReadFromJsonAsync<JsonNode>())!["access_token"]!.GetValue<string>();
    }

    // The suite prints a URL and waits until a person has signed in.
    private static async Task<ConformanceRun> RunAuthorizationAsync(ServerProcess server, string revision)
    {
        var port = ServerProcess.GetFreePort();
        var redirectUri = $"http://127.0.0.1:{port}/callback";
        using var registration = await server.Client.PostAsJsonAsync(
            "/dev-auth/register", new { client_name = "Conformance", redirect_uris = new[] { redirectUri } });
        var client = (await registration.Content.ReadFromJsonAsync<JsonNode>())!["client_id"]!.GetValue<string>();
        return await RunAsync(
            "authorization", revision,
            async suite =>
            {
                var endpoint = new Uri(server.Address, "dev-auth/authorize").AbsoluteUri;
                var browser = new Browser(server.Client);
                var page = await browser.OpenAsync(endpoint + await suite.WaitForAsync(endpoint));
                await suite.WaitForAsync("Callback server started");
                var answer = await browser.SubmitAsync(page, "Allow");
                await server.Client.GetAsync(answer.Response.Headers.Location);
            },
            "authorization", "--url", new Uri(server.Address, "dev-auth").AbsoluteUri, "--client-id", client,
            "--resource", new Uri(server.Address, "mcp").AbsoluteUri, "--port", $"{port}", "--spec-version", revision);
    }

    private static async Task<ConformanceRun> RunServerAsync(string name, ServerProcess server, string revision)
    {
        await using var proxy = await TokenProxy.StartAsync(server, await GetTokenAsync(server));
        return await RunAsync(
            name, revision, _ => Task.CompletedTask,
            "server", "--url", new Uri(proxy.Address, "mcp").AbsoluteUri, "--requirements", revision);
    }

    private static async Task<ConformanceRun> RunAsync(
        string name, string revision, Func<LoggedProcess, Task> meanwhile, params string[] arguments)
    {
        var output = Repository.CreateEmptyDirectory("conformance", $"{name}-{revision}");
        await using var suite = NodeTools.Start(
            Path.Combine(s_suite, "dist", "index.js"), [.. arguments, "--output-dir", output]);
        await meanwhile(suite);
        var result = await suite.WaitForExitAsync(TimeSpan.FromMinutes(2));
        var notRequired = NotRequired.Matches(result.Output)
            .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        var scenarios = (
            from folder in Directory.EnumerateDirectories(output)
            let scenario = ScenarioFolder.Match(Path.GetFileName(folder)).Groups[1].Value
            orderby scenario
            let checks = Path.Combine(folder, "checks.json")
            select ConformanceScenario.Read(scenario, notRequired.GetValueOrDefault(scenario), checks)).ToArray();

        // Each scenario that was begun has a result.
        Assert.Equal(
            Begun.Matches(result.Output).Select(match => match.Groups[1].Value).Order(),
            scenarios.Select(scenario => scenario.Name));
        return new ConformanceRun($"{name}, {revision}", scenarios);
    }

    [GeneratedRegex(@"^=== Running scenario: (\S+) ===$", RegexOptions.Multiline)]
    private static partial Regex Begun { get; }

    [GeneratedRegex(@"^(?:authorization-)?server-(.+)-\d{4}-\d\d-\d\dT[\d-]+Z$")]
    private static partial Regex ScenarioFolder { get; }

    [GeneratedRegex(@"^  [✓✗] (\S+) \((\S+)\)$", RegexOptions.Multiline)]
    private static partial Regex NotRequired { get; }
}

internal sealed record ConformanceRun(string Name, IReadOnlyList<ConformanceScenario> Scenarios);

internal sealed record ConformanceScenario(string Name, string? NotRequired, int Passed, int Failed, int Skipped, int Warnings)
{
    public string Text => $"{Passed} passed, {Failed} failed"
        + (Skipped > 0 ? $", {Skipped} skipped" : "")
        + (Warnings > 0 ? $", {Warnings} warnings" : "")
        + (NotRequired is null ? "" : $"; not required: {NotRequired}");

    public static ConformanceScenario Read(string name, string? notRequired, string file)
    {
        var statuses = JsonNode.Parse(File.ReadAllText(file))!.AsArray()
            .Select(check => check!["status"]!.GetValue<string>()).ToArray();
        return new ConformanceScenario(name, notRequired, Count("SUCCESS"), Count("FAILURE"), Count("SKIPPED"), Count("WARNING"));

        int Count(string status) => statuses.Count(other => other == status);
    }
}
