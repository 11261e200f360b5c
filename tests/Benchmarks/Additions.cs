using McpOAuthTemplates.Tests.Downstream;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace McpOAuthTemplates.Benchmarks;

/// <summary>
/// What an owner adds to the generated server, next to the server without it: the audit log, telemetry, a second instance, and a tool
/// that calls another API.
/// </summary>
internal sealed class Additions : IAsyncDisposable
{
    private const string Audit = "audit log on", Telemetry = "telemetry on", Downstream = "a tool that calls an API, cached token",
        OneInstance = "behind nginx", TwoInstances = "two instances behind nginx";

    private readonly TestIssuer _issuer;
    private readonly LoopbackHost _collector;
    private readonly LoopbackHost _api;
    private readonly FakeTokenEndpoint _tokens;

    private Additions(TestIssuer issuer, LoopbackHost collector, LoopbackHost api, FakeTokenEndpoint tokens)
    {
        _issuer = issuer;
        _collector = collector;
        _api = api;
        _tokens = tokens;
    }

    public static async Task<Additions> CreateAsync(TestIssuer issuer) => new(
        issuer,
        await LoopbackHost.StartAsync(http => http.Request.Body.CopyToAsync(Stream.Null)),
        await LoopbackHost.StartAsync(http => http.Response.WriteAsync("No orders.")),
        await FakeTokenEndpoint.StartAsync());

    public async ValueTask DisposeAsync()
    {
        await _collector.DisposeAsync();
        await _api.DisposeAsync();
        await _tokens.DisposeAsync();
    }

    /// <summary>Each start has all servers at once, as in <see cref="RunningServers"/>.</summary>
    public async Task MeasureAsync(Report report, ServerKind plain, int starts, Func<Throughput.Run[], Task> measureAsync)
    {
        ServerKind[] kinds = [plain, CreateAudit(plain), await BuildTelemetryAsync(plain), await BuildDownstreamAsync(plain)];
        var results = kinds.ToDictionary(kind => kind.Name, _ => new Throughput.Result());
        if (Nginx.SkipReason is null)
        {
            results.Add(OneInstance, new());
            results.Add(TwoInstances, new());
        }

        await RunningServers.ForEachStartAsync(starts, kinds, _issuer, async servers =>
        {
            if (Nginx.SkipReason is not null)
            {
                await measureAsync([.. servers.Select(server => CreateRun(server, results))]);
                return;
            }

            await using var one = await ProxiedInstances.StartAsync(plain with { Name = OneInstance }, _issuer, instances: 1);
            await using var two = await ProxiedInstances.StartAsync(plain with { Name = TwoInstances }, _issuer, instances: 2);
            BenchmarkServer[] all = [.. servers, one.Server, two.Server];
            await measureAsync([.. all.Select(server => CreateRun(server, results))]);
        });

        foreach (var (name, result) in results.Where(entry => entry.Key != plain.Name))
        {
            report.Add($"CPU per request of mcp-oauth, {name}", plain.Name, result.CpuRatio.ToString("F2"));
        }
    }

    private static Throughput.Run CreateRun(BenchmarkServer server, Dictionary<string, Throughput.Result> results) =>
        new(server, RequestKind.Old, results[server.Kind.Name]);

    private static ServerKind CreateAudit(ServerKind plain) => plain with
    {
        Name = Audit,
        Settings = (address, issuer) => [.. plain.Settings!(address, issuer), ("Mcp__AuditCalls", "true")],
    };

    private async Task<ServerKind> BuildTelemetryAsync(ServerKind plain)
    {
        var kind = await ServerKinds.BuildGeneratedAsync(Telemetry, "benchmark-telemetry", "--telemetry");
        return kind with
        {
            Settings = (address, issuer) =>
            [
                .. plain.Settings!(address, issuer),
                ("OTEL_EXPORTER_OTLP_ENDPOINT", _collector.Address.AbsoluteUri),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ],
        };
    }

    private async Task<ServerKind> BuildDownstreamAsync(ServerKind plain)
    {
        var kind = await ServerKinds.BuildGeneratedAsync(Downstream, "benchmark-downstream", "--downstream");
        return kind with
        {
            Tool = "list_orders",
            Settings = (address, issuer) =>
            [
                .. plain.Settings!(address, issuer),
                ("Downstream__Orders__BaseAddress", _api.Address.AbsoluteUri),
                ("Downstream__Orders__TokenEndpoint", _tokens.Url),
                ("Downstream__Orders__Resource", "https://orders.contoso.com"),
            ],
        };
    }
}
