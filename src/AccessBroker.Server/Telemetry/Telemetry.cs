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

    private const string Grpc = "grpc", HttpProtobuf = "http/protobuf";

    /// <summary>What cannot be sent anywhere, in sentences.</summary>
    public static IEnumerable<string> Broken(IConfiguration configuration)
    {
        if (configuration["Telemetry:Endpoint"] is { Length: > 0 } endpoint && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
            yield return $"Telemetry:Endpoint is '{endpoint}': give the collector's address, such as http://127.0.0.1:4317, or leave it empty.";
        if (configuration["Telemetry:Protocol"] is { Length: > 0 } protocol and not (Grpc or HttpProtobuf))
            yield return $"Telemetry:Protocol is '{protocol}': it is {Grpc} or {HttpProtobuf}.";
    }

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
        configuration["Telemetry:Protocol"] == HttpProtobuf ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;

    private static bool IsWorthATrace(HttpContext context) => !context.Request.Path.StartsWithSegments("/healthz");
}
