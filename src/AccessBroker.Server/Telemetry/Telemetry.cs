using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AccessBroker.Server;

/// <summary>
/// Traces, metrics and logs over OTLP, only where <c>Telemetry:Endpoint</c> or <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says to whom.
/// Rooms name their sources and meters <c>AccessBroker.*</c>. Query values are redacted by the instrumentation; headers and bodies are never read.
/// </summary>
internal static class Telemetry
{
    private const string OwnSources = "AccessBroker.*";

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var endpoint = builder.Configuration["Telemetry:Endpoint"];
        if (string.IsNullOrEmpty(endpoint) && string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])) return;
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("accessbroker", serviceVersion: ProgramIdentity.Version))
            .WithTracing(tracing => tracing.AddSource(OwnSources).AddAspNetCoreInstrumentation(http => http.Filter = IsWorthATrace).AddHttpClientInstrumentation())
            .WithMetrics(metrics => metrics.AddMeter(OwnSources, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime").AddHttpClientInstrumentation())
            .WithLogging();
        if (string.IsNullOrEmpty(endpoint)) telemetry.UseOtlpExporter();
        else telemetry.UseOtlpExporter(ProtocolFrom(builder.Configuration), new Uri(endpoint));
    }

    private static OtlpExportProtocol ProtocolFrom(IConfiguration configuration) =>
        configuration["Telemetry:Protocol"] == "http/protobuf" ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;

    private static bool IsWorthATrace(HttpContext context) => !context.Request.Path.StartsWithSegments("/healthz");
}
