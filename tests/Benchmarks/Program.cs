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

Cores.PinLoad();
var warmUps = quick ? 40 : 100;
var turn = TimeSpan.FromSeconds(quick ? 0.2 : 0.5);
var servers = kinds.Select(kind => BenchmarkServer.Start(kind, issuer.Issuer)).ToDictionary(server => server.Kind.Name);
try
{
    foreach (var server in servers.Values)
    {
        await LoadGenerator.WaitAsync(server.Address, await RequestKind.Old.SerializeAsync(server, issuer), 200);
    }

    foreach (var request in new[] { RequestKind.Old, RequestKind.New })
    {
        var runs = servers.Values.Where(server => request == RequestKind.Old || server.Kind.HasNewRevision)
            .Select(server => (server, request)).ToArray();
        var results = await Throughput.MeasureAsync(runs, issuer, quick ? 5 : 25, turn, warmUps);
        foreach (var ((server, _), result) in runs.Zip(results).Skip(1))
        {
            report.Add($"requests per second, {request.Name}", server.Kind.Name, result.SpeedRatio.ToString("F2"));
            report.Add($"CPU per request of {server.Kind.Name}, {request.Name}", ServerKinds.Generated, result.CpuRatio.ToString("F2"));
        }
    }

    var uncached = servers[ServerKinds.NoCache];
    RequestKind[] kindsOfRequest = [RequestKind.Old, .. RequestKind.Rejections];
    var costs = await Throughput.MeasureAsync([.. kindsOfRequest.Select(kind => (uncached, kind))], issuer, quick ? 5 : 15, turn, warmUps);
    foreach (var (kind, cost) in kindsOfRequest.Zip(costs).Skip(1))
    {
        report.Add($"CPU of {kind.Name}, cache off", kindsOfRequest[0].Name, cost.CpuRatio.ToString("F2"));
    }

    foreach (var server in servers.Values.Skip(1))
    {
        report.Add("memory after load", server.Kind.Name, $"{servers[ServerKinds.Generated].MegaBytes / server.MegaBytes:F2}");
    }

    var forged = await Flood.SendForgedAsync(servers[ServerKinds.Generated], issuer, quick ? 20_000 : 100_000);
    report.Add("MB after many forged tokens", "before", $"{forged.After:F0} / {forged.Before:F0}");
    var valid = await Flood.SendValidAsync(servers[ServerKinds.Generated], issuer, quick ? 5_000 : 20_000);
    report.Add("MB after many valid tokens", "before", $"{valid.After:F0} / {valid.Before:F0}");
}
finally
{
    foreach (var server in servers.Values)
    {
        server.Dispose();
    }
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
