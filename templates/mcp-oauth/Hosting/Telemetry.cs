using System.Diagnostics;
using global::McpOAuthServer.Authorization;
using ModelContextProtocol;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace McpOAuthServer.Hosting;

/// <summary>
/// Sends traces, metrics and logs by OTLP to where the variables OTEL_EXPORTER_OTLP_* point, and
/// does nothing without them. No token, no subject, and no argument or result of a tool is in what
/// is sent.
/// </summary>
internal static class Telemetry
{
    private const string McpSdk = "Experimental.ModelContextProtocol";

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
                .AddMeter(McpSdk, RefusalMetrics.MeterName, "Microsoft.AspNetCore.*", "System.Net.Http", "System.Runtime"))
            .WithLogging(logging => logging.AddProcessor<LogsWithoutResults>())
            .UseOtlpExporter();
    }

    private static bool IsNoProbe(HttpContext context) => context.Request.Path.Value is not ("/healthz" or "/readyz");

    // The SDK takes the result of a tool that failed as the description of the span.
    private sealed class SpansWithoutResults : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            if (data.Source.Name == McpSdk && data.Status == ActivityStatusCode.Error)
            {
                data.SetStatus(ActivityStatusCode.Error);
            }
        }
    }

    // The message of an McpException is a result: the client gets it.
    private sealed class LogsWithoutResults : BaseProcessor<LogRecord>
    {
        public override void OnEnd(LogRecord data)
        {
            if (data.Exception is McpException)
            {
                data.Exception = null;
            }
        }
    }
}
