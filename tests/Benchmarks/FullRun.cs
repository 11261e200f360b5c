using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Benchmarks;

/// <summary>The table of .github/speed.md: the generated server next to the others, from "dotnet new" to a flood of forged tokens.</summary>
internal sealed class FullRun(bool quick, bool native)
{
    private readonly Report _report = new();
    private readonly (int Starts, int Rounds, TimeSpan Turn, int WarmUps) _load =
        quick ? (1, 5, TimeSpan.FromSeconds(0.2), 40) : (3, 9, TimeSpan.FromSeconds(0.4), 40);

    public async Task RunAsync()
    {
        var kinds = await ServerKinds.BuildAsync(native);
        await using var issuer = await TestIssuer.StartNewAsync();
        await MeasureStartsAsync(kinds, issuer);
        await MeasureRuntimeCostsAsync(kinds, issuer);

        // Once it is warm, code that was compiled ahead is the same as other code.
        await MeasureLoadAsync([.. kinds.Where(kind => kind.Name != ServerKinds.ReadyToRun)], issuer);
        await MeasureAdditionsAsync(kinds, issuer);
        await MeasureCommandsAsync();
        Console.WriteLine(_report);
        if (!quick)
        {
            _report.Save(Path.Combine(Repository.Root, ".github", "speed.md"));
        }
    }

    private async Task MeasureStartsAsync(IReadOnlyList<ServerKind> kinds, TestIssuer issuer)
    {
        // The cache does not matter to the start.
        ServerKind[] started = [
            kinds.Single(kind => kind.Name == ServerKinds.InBox),
            .. kinds.Where(kind => kind.Name is not (ServerKinds.InBox or ServerKinds.NoCache))];
        var starts = await ColdStart.MeasureAsync(started, issuer, quick ? 3 : 9);
        var generated = starts[Array.FindIndex(started, kind => kind.Name == ServerKinds.Generated)].Success.Median;
        foreach (var (kind, start) in started.Zip(starts).Skip(1))
        {
            _report.Add($"{kind.Name}: time to the first 200", ServerKinds.InBox, start.Ratio.ToString("F2"));
            if (kind.Name != ServerKinds.Generated)
            {
                _report.Add($"{kind.Name}: time to the first 200", ServerKinds.Generated, $"{start.Success.Median / generated:F2}");
            }

            _report.Add($"{kind.Name}: first 200", "first 401, difference in ms", start.Difference.ToString("F0"));
        }
    }

    private async Task MeasureRuntimeCostsAsync(IReadOnlyList<ServerKind> kinds, TestIssuer issuer)
    {
        var inBox = await MeasureAsync(ServerKinds.InBox);
        string[] names = [ServerKinds.Generated, ServerKinds.ReadyToRun, ServerKinds.SdkPattern];
        foreach (var name in names)
        {
            var costs = await MeasureAsync(name);
            AddCounters($"{name}, first 401", costs.FirstRefusal!, inBox.FirstSuccess);
            AddCounters($"{name}, first 200", costs.FirstSuccess, inBox.FirstSuccess);
            foreach (var (request, bytes) in costs.BytesPerRequest)
            {
                var ofInBox = inBox.BytesPerRequest[request];
                _report.Add(
                    $"bytes allocated per request of {name}, {request.Name}",
                    ServerKinds.InBox,
                    $"{bytes / ofInBox:F2} ({bytes:F0} / {ofInBox:F0})");
            }
        }

        Task<RuntimeCosts.Result> MeasureAsync(string name) =>
            RuntimeCosts.MeasureAsync(kinds.Single(kind => kind.Name == name), issuer);
    }

    private void AddCounters(string moment, RuntimeCounters counters, RuntimeCounters inBox)
    {
        _report.Add(
            $"methods compiled, {moment}",
            $"{ServerKinds.InBox}, first 200",
            $"{counters.CompiledMethods} / {inBox.CompiledMethods}");
        _report.Add(
            $"assemblies loaded, {moment}",
            $"{ServerKinds.InBox}, first 200",
            $"{counters.LoadedAssemblies} / {inBox.LoadedAssemblies}");
    }

    private async Task MeasureLoadAsync(IReadOnlyList<ServerKind> kinds, TestIssuer issuer)
    {
        RequestKind[] refused = [RequestKind.Old, .. RequestKind.Rejections];
        var results = kinds.ToDictionary(kind => kind.Name, _ => RequestKind.Successes.ToDictionary(request => request, _ => new Throughput.Result()));
        var costs = refused.ToDictionary(request => request, _ => new Throughput.Result());
        var memory = kinds.ToDictionary(kind => kind.Name, _ => new Sample());

        await RunningServers.ForEachStartAsync(_load.Starts, kinds, issuer, async servers =>
        {
            foreach (var request in RequestKind.Successes)
            {
                await ThroughputAsync(servers.Where(server => request == RequestKind.Old || server.Kind.HasNewRevision)
                    .Select(server => new Throughput.Run(server, request, results[server.Kind.Name][request])));
            }

            var uncached = servers.Single(server => server.Kind.Name == ServerKinds.NoCache);
            await ThroughputAsync(refused.Select(request => new Throughput.Run(uncached, request, costs[request])));
            foreach (var server in servers)
            {
                memory[server.Kind.Name].Add(server.MegaBytes);
            }
        });
        await RunningServers.ForEachStartAsync(1, [kinds.Single(kind => kind.Name == ServerKinds.Generated)], issuer, servers => FloodAsync(servers[0], issuer));

        foreach (var request in RequestKind.Successes)
        {
            foreach (var kind in kinds.Skip(1).Where(kind => request == RequestKind.Old || kind.HasNewRevision))
            {
                var result = results[kind.Name][request];
                _report.Add($"requests per second, {request.Name}", kind.Name, result.SpeedRatio.ToString("F2"));
                _report.Add($"CPU per request of {kind.Name}, {request.Name}", ServerKinds.Generated, result.CpuRatio.ToString("F2"));
                _report.Add($"time for 99 of 100 requests, {request.Name}", kind.Name, result.LatencyRatio.ToString("F2"));
            }
        }

        foreach (var request in RequestKind.Rejections)
        {
            _report.Add($"CPU of {request.Name}, cache off", RequestKind.Old.Name, costs[request].CpuRatio.ToString("F2"));
        }

        foreach (var kind in kinds.Where(kind => kind.Name != ServerKinds.InBox))
        {
            var ratio = memory[kind.Name].Median / memory[ServerKinds.InBox].Median;
            _report.Add($"memory after load, {kind.Name}", ServerKinds.InBox, $"{ratio:F2}");
        }

        Task ThroughputAsync(IEnumerable<Throughput.Run> runs) => MeasureAsync([.. runs], issuer);
    }

    private Task MeasureAsync(Throughput.Run[] runs, TestIssuer issuer) =>
        Throughput.MeasureAsync(runs, issuer, _load.Rounds, _load.Turn, _load.WarmUps);

    private async Task MeasureAdditionsAsync(IReadOnlyList<ServerKind> kinds, TestIssuer issuer)
    {
        await using var additions = await Additions.CreateAsync(issuer);
        var plain = kinds.Single(kind => kind.Name == ServerKinds.Generated);
        await additions.MeasureAsync(_report, plain, _load.Starts, runs => MeasureAsync(runs, issuer));
    }

    private async Task FloodAsync(BenchmarkServer server, TestIssuer issuer)
    {
        var forged = await Flood.SendForgedAsync(server, issuer, quick ? 20_000 : 100_000);
        _report.Add("MB after many forged tokens", "before", $"{forged.After:F0} / {forged.Before:F0}");
        var valid = await Flood.SendValidAsync(server, issuer, quick ? 5_000 : 20_000);
        _report.Add("MB after many valid tokens", "before", $"{valid.After:F0} / {valid.Before:F0}");
    }

    private async Task MeasureCommandsAsync()
    {
        var (create, build) = await Commands.MeasureAsync(quick ? 3 : 7);
        for (var i = 1; i < Commands.Templates.Count; i++)
        {
            _report.Add($"dotnet new {Commands.Templates[i]}", "webapi", create[i].ToString("F2"));
            _report.Add($"dotnet build after dotnet new {Commands.Templates[i]}", "webapi", build[i].ToString("F2"));
        }

        (await Dotnet.RunAsync(Repository.Root, "build-server", "shutdown")).ShouldSucceed();
    }
}
