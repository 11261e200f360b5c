using System.Diagnostics;
using global::TodoServer.Authorization;
using ModelContextProtocol;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace TodoServer.Hosting;

/// <summary>
/// Sends traces, metrics and logs by OTLP to where the variables OTEL_EXPORTER_OTLP_* point, and
/// does nothing without them. No token, no subject, no argument or result of a tool, and no URI of
/// a resource is in what is sent, but the message of an exception that a tool throws is, unless it
/// is an McpException or has one inside.
/// </summary>
internal static class Telemetry
{
    private const string McpSdk = "Experimental.ModelContextProtocol";
    private const string OperationDuration = "mcp.server.operation.duration";
    private const string ResourceUri = "mcp.resource.uri";

    /// <summary>The tags of the duration of an operation, without the URI of a resource.</summary>
    private static readonly string[] s_operationTags =
    [
        "mcp.method.name", "mcp.protocol.version", "gen_ai.tool.name", "gen_ai.prompt.name",
        "gen_ai.operation.name", "error.type", "rpc.response.status_code", "network.transport",
        "network.protocol.name",
    ];

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        string[] signals = ["", "TRACES_", "METRICS_", "LOGS_"];
        if (signals.All(signal => string.IsNullOrEmpty(builder.Configuration[$"OTEL_EXPORTER_OTLP_{signal}ENDPOINT"])))
        {
            return;
        }

        builder.Services.AddOpenTelemetry()
            // In this order: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win.
            .ConfigureResource(resource => resource
                .AddService(builder.Environment.ApplicationName).AddEnvironmentVariableDetector())
            .WithTracing(tracing => tracing
                .AddAspNetCoreInstrumentation(http => http.Filter = IsNoProbe)
                .AddSource(McpSdk, "System.Net.Http")
                .AddProcessor<SpansWithoutResults>())
            .WithMetrics(metrics => metrics
                .AddMeter(McpSdk, RefusalMetrics.MeterName, "Microsoft.AspNetCore.*", "System.Net.Http", "System.Runtime")
                .AddView(OperationDuration, new MetricStreamConfiguration { TagKeys = s_operationTags }))
            .WithLogging(logging => logging.AddProcessor<LogsWithoutResults>())
            .UseOtlpExporter();
    }

    private static bool IsNoProbe(HttpContext context) => context.Request.Path.Value is not ("/healthz" or "/readyz");

    // The SDK takes the result of a tool that failed as the description of the span. In the URI of
    // a resource, the caller fills in the parameters of its template.
    private sealed class SpansWithoutResults : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            if (data.Source.Name != McpSdk)
            {
                return;
            }

            data.SetTag(ResourceUri, null);
            if (data.Status == ActivityStatusCode.Error)
            {
                data.SetStatus(ActivityStatusCode.Error);
            }
        }
    }

    private sealed class LogsWithoutResults : BaseProcessor<LogRecord>
    {
        public override void OnEnd(LogRecord data)
        {
            if (HasResult(data.Exception))
            {
                data.Exception = null;
            }

            if (data.CategoryName?.StartsWith("ModelContextProtocol.", StringComparison.Ordinal) is true)
            {
                data.Attributes = data.Attributes?.Where(value => value.Key != "ResourceUri").ToList();
            }
        }

        // The message of an McpException is a result: the client gets it.
        private static bool HasResult(Exception? exception) => exception switch
        {
            null => false,
            McpException => true,
            AggregateException several => several.InnerExceptions.Any(HasResult),
            _ => HasResult(exception.InnerException),
        };
    }
}
