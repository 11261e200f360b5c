using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>
/// What a collector of OpenTelemetry is for those that send to it: an endpoint for OTLP over HTTP, which keeps all that it gets.
/// </summary>
internal sealed class OtlpEndpoint : IAsyncDisposable
{
    /// <summary>Gauge, sum and histogram: the fields with the data, and in them those with the value and the attributes.</summary>
    private static readonly (uint Data, uint Value, uint Attributes)[] s_metricKinds = [(5, 6, 7), (7, 6, 7), (9, 4, 9)];

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, ByteString Body)> _received = new();

    private OtlpEndpoint()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.MapPost("/{**path}", async (HttpRequest request) =>
            _received.Enqueue((request.Path.Value!, await ByteString.FromStreamAsync(request.Body))));
    }

    public string Address => _app.Urls.Single();

    /// <summary>The variables that lead to this endpoint.</summary>
    public (string Name, string Value)[] Settings =>
        [("OTEL_EXPORTER_OTLP_ENDPOINT", Address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")];

    public IEnumerable<string> Paths => _received.Select(request => request.Path);

    public IEnumerable<ByteString> Bodies => _received.Select(request => request.Body);

    public string[] Services =>
    [
        .. from request in _received
           from entry in new ProtobufMessage(request.Body).GetMessages(1)
           select ReadAttributes(entry.GetMessages(1).Single(), 1)["service.name"],
    ];

    public Span[] Spans =>
    [
        .. from span in Read("/v1/traces")
           let item = span.Item
           select new Span(
               span.Scope, item.GetText(5), item.GetHex(2), item.GetHex(4),
               item.GetMessages(15).Select(status => status.GetText(2)).SingleOrDefault(""), ReadAttributes(item, 9)),
    ];

    /// <summary>The points of counters with their value, and those of histograms with their count.</summary>
    public MetricPoint[] Metrics =>
    [
        .. from metric in Read("/v1/metrics")
           from kind in s_metricKinds
           from data in metric.Item.GetMessages(kind.Data)
           from point in data.GetMessages(1)
           select new MetricPoint(
               metric.Scope, metric.Item.GetText(1), point.GetNumber(kind.Value), ReadAttributes(point, kind.Attributes)),
    ];

    public LogRecord[] Logs =>
    [
        .. from record in Read("/v1/logs")
           select new LogRecord(record.Scope, record.Item.GetMessages(5).Single().GetText(1), ReadAttributes(record.Item, 6)),
    ];

    public static async Task<OtlpEndpoint> StartNewAsync()
    {
        var endpoint = new OtlpEndpoint();
        await endpoint._app.StartAsync();
        return endpoint;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    // In the requests of all three signals, items stand in scopes, and scopes in the entries of a resource.
    private IEnumerable<(string Scope, ProtobufMessage Item)> Read(string path) =>
        from request in _received
        where request.Path == path
        from entry in new ProtobufMessage(request.Body).GetMessages(1)
        from scope in entry.GetMessages(2)
        from item in scope.GetMessages(2)
        select (scope.GetMessages(1).Single().GetText(1), item);

    private static Dictionary<string, string> ReadAttributes(ProtobufMessage message, uint field) => message.GetMessages(field)
        .ToDictionary(attribute => attribute.GetText(1), attribute => attribute.GetMessages(2).Select(ReadValue).SingleOrDefault(""));

    private static string ReadValue(ProtobufMessage value) => value.Has(1) ? value.GetText(1) : $"{value.GetNumber(2) + value.GetNumber(3)}";
}

internal sealed record Span(
    string Scope, string Name, string Id, string ParentId, string Description, IReadOnlyDictionary<string, string> Attributes);

internal sealed record MetricPoint(string Scope, string Name, ulong Value, IReadOnlyDictionary<string, string> Attributes);

internal sealed record LogRecord(string Scope, string Body, IReadOnlyDictionary<string, string> Attributes);
