using System.Collections.Concurrent;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Wiring;

/// <summary>An existing app, run once as it was and once wired, at the same time, with all that was seen.</summary>
internal sealed record ExistingAppRun(
    IReadOnlyList<string> Before, IReadOnlyList<string> After, IReadOnlyList<string> McpProblems, IReadOnlyList<string> ScopeProblems)
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<ExistingAppRun>>> s_runs = new();

    public static Task<ExistingAppRun> GetAsync(string name) =>
        s_runs.GetOrAdd(name, _ => new(() => RunAsync(ExistingApps.Find(name)))).Value;

    public static async Task<ServerProcess> StartAsync(ExistingApp app, string folder, AppCallers callers) =>
        await ServerProcess.StartAsync(ExistingApp.GetAssembly(folder), folder, "Development", callers.GetSettings(app));

    private static async Task<ExistingAppRun> RunAsync(ExistingApp app)
    {
        await ExistingAppBuild.ShouldBuildAsync(app);
        await using var callers = await AppCallers.StartAsync();
        var before = RecordBeforeAsync(app, callers);
        var after = ProbeAfterAsync(app, callers);
        await Task.WhenAll(before, after);
        return await after with { Before = await before };
    }

    private static async Task<IReadOnlyList<string>> RecordBeforeAsync(ExistingApp app, AppCallers callers)
    {
        await using var server = await StartAsync(app, app.Before, callers);
        return await OwnAnswers.RecordAsync(app, server, callers, isWired: false);
    }

    // The own requests first: nothing has been counted or cached by then.
    private static async Task<ExistingAppRun> ProbeAfterAsync(ExistingApp app, AppCallers callers)
    {
        await using var server = await StartAsync(app, app.After, callers);
        var answers = await OwnAnswers.RecordAsync(app, server, callers, isWired: true);
        var problems = await McpEndpointProbe.RunAsync(app, server, callers);
        var scopes = app.Name == "scoped-endpoints" ? await ScopedEndpointProbe.RunAsync(app, server, callers) : [];
        return new ExistingAppRun([], answers, problems, scopes);
    }
}
