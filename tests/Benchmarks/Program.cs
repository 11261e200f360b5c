using BenchmarkDotNet.Running;
using McpOAuthTemplates.Benchmarks;
using McpOAuthTemplates.Tests.Infrastructure;

// [--quick] few and short rounds; [--aot] Native AOT, too, which takes minutes to build; or "micro": BenchmarkDotNet;
// or "compare": generated servers that were built before, assemblies or native binaries, with each other.
if (args is ["micro"])
{
    BenchmarkRunner.Run<TokenValidationBenchmarks>();
    return;
}

if (args is ["compare", .. { Length: >= 2 } programs])
{
    await Comparison.RunAsync(programs);
    return;
}

var quick = args.Contains("--quick");
var report = new Report();
var kinds = await ServerKinds.BuildAsync(native: args.Contains("--aot"));
await using var issuer = await TestIssuer.StartNewAsync();

var starts = await ColdStart.MeasureAsync([kinds.Single(kind => kind.Name == ServerKinds.InBox), .. kinds.Where(IsStarted)], issuer, quick ? 3 : 9);
foreach (var (kind, start) in kinds.Where(IsStarted).Zip(starts[1..]))
{
    report.Add($"{kind.Name}: time to the first 200", ServerKinds.InBox, start.Ratio.ToString("F2"));
    report.Add($"{kind.Name}: first 200", "first 401, difference in ms", start.Difference.ToString("F0"));
}

// No two processes of the same code are equally fast, since what the runtime inlines depends on what it saw first: new ones each time.
Cores.PinLoad();
var loaded = kinds.Where(kind => kind.Name != ServerKinds.ReadyToRun).ToArray(); // Once it is warm, it is the same code.
var results = loaded.ToDictionary(kind => kind.Name, _ => new[] { RequestKind.Old, RequestKind.New }.ToDictionary(request => request, _ => Throughput.CreateResult()));
RequestKind[] refused = [RequestKind.Old, .. RequestKind.Rejections];
var costs = refused.ToDictionary(request => request, _ => Throughput.CreateResult());
var memory = loaded.ToDictionary(kind => kind.Name, _ => new Sample());
var (rounds, turn, warmUps) = quick ? (5, TimeSpan.FromSeconds(0.2), 40) : (9, TimeSpan.FromSeconds(0.4), 60);
for (var start = quick ? 1 : 3; start > 0; start--)
{
    var servers = loaded.Select(kind => BenchmarkServer.Start(kind, issuer.Issuer)).ToDictionary(server => server.Kind.Name);
    try
    {
        foreach (var server in servers.Values)
        {
            await LoadGenerator.WaitAsync(server.Address, await RequestKind.Old.SerializeAsync(server, issuer), 200);
        }

        foreach (var request in new[] { RequestKind.Old, RequestKind.New })
        {
            var runs = servers.Values.Where(server => request == RequestKind.Old || server.Kind.HasNewRevision)
                .Select(server => (server, request, results[server.Kind.Name][request])).ToArray();
            await Throughput.MeasureAsync(runs, issuer, rounds, turn, warmUps);
        }

        var uncached = servers[ServerKinds.NoCache];
        await Throughput.MeasureAsync([.. refused.Select(kind => (uncached, kind, costs[kind]))], issuer, rounds, turn, warmUps);
        foreach (var server in servers.Values)
        {
            memory[server.Kind.Name].Add(server.MegaBytes);
        }

        if (start == 1)
        {
            var forged = await Flood.SendForgedAsync(servers[ServerKinds.Generated], issuer, quick ? 20_000 : 100_000);
            report.Add("MB after many forged tokens", "before", $"{forged.After:F0} / {forged.Before:F0}");
            var valid = await Flood.SendValidAsync(servers[ServerKinds.Generated], issuer, quick ? 5_000 : 20_000);
            report.Add("MB after many valid tokens", "before", $"{valid.After:F0} / {valid.Before:F0}");
        }
    }
    finally
    {
        foreach (var server in servers.Values)
        {
            server.Dispose();
        }
    }
}

foreach (var request in new[] { RequestKind.Old, RequestKind.New })
{
    foreach (var kind in loaded.Skip(1).Where(kind => request == RequestKind.Old || kind.HasNewRevision))
    {
        report.Add($"requests per second, {request.Name}", kind.Name, results[kind.Name][request].SpeedRatio.ToString("F2"));
        report.Add($"CPU per request of {kind.Name}, {request.Name}", ServerKinds.Generated, results[kind.Name][request].CpuRatio.ToString("F2"));
    }
}

foreach (var kind in RequestKind.Rejections)
{
    report.Add($"CPU of {kind.Name}, cache off", RequestKind.Old.Name, costs[kind].CpuRatio.ToString("F2"));
}

foreach (var kind in loaded.Where(kind => kind.Name != ServerKinds.InBox))
{
    report.Add($"memory after load, {kind.Name}", ServerKinds.InBox, $"{memory[kind.Name].Median / memory[ServerKinds.InBox].Median:F2}");
}

var (create, build) = await Commands.MeasureAsync(quick ? 3 : 7);
for (var i = 1; i < Commands.Templates.Count; i++)
{
    report.Add($"dotnet new {Commands.Templates[i]}", "webapi", create[i].ToString("F2"));
    report.Add($"dotnet build after dotnet new {Commands.Templates[i]}", "webapi", build[i].ToString("F2"));
}

Console.WriteLine(report);

// The cache does not matter to the start.
static bool IsStarted(ServerKind kind) => kind.Name is not (ServerKinds.InBox or ServerKinds.NoCache);
