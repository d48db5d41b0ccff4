using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Server.Tests.Telemetry;

/// <summary>A collector on loopback: takes OTLP over HTTP in protobuf and keeps the bytes as they came.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Bytes)> _received = new();

    private OtlpReceiver(WebApplication app) => _app = app;

    public string Endpoint => _app.Urls.Single();

    /// <summary>What is answered to logs that were taken; null: 200 and nothing more.</summary>
    public Func<HttpContext, Task>? AnswerLogs { get; set; }

    /// <summary>Requests that brought logs.</summary>
    public int LogRequests => _received.Count(r => r.Path == "/v1/logs");

    /// <summary>Everything that left the server, of all signals, as text: protobuf keeps strings as plain UTF-8.</summary>
    public string Text => string.Concat(_received.Select(r => Encoding.Latin1.GetString(r.Bytes)));

    /// <summary>Names of spans: ExportTraceServiceRequest.resource_spans.scope_spans.spans.name.</summary>
    public IReadOnlyList<string> SpanNames => Strings("/v1/traces", 1, 2, 2, 5);

    /// <summary>Names of metrics: ExportMetricsServiceRequest.resource_metrics.scope_metrics.metrics.name.</summary>
    public IReadOnlyList<string> MetricNames => Strings("/v1/metrics", 1, 2, 2, 1);

    /// <summary>What log lines say: ExportLogsServiceRequest.resource_logs.scope_logs.log_records.body.string_value.</summary>
    public IReadOnlyList<string> LogLines => Strings("/v1/logs", 1, 2, 2, 5, 1);

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new OtlpReceiver(builder.Build());
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Assert.Equal("application/x-protobuf", context.Request.ContentType);
        Assert.False(context.Request.Headers.ContainsKey("Content-Encoding"), "The body is compressed: nothing could be found in it.");
        _received.Enqueue((context.Request.Path, body.ToArray()));
        if (AnswerLogs is { } answer && context.Request.Path == "/v1/logs")
            await answer(context);
    }

    private List<string> Strings(string path, params int[] fields) =>
        [.. _received.Where(r => r.Path == path).SelectMany(r => Protobuf.Find(r.Bytes, fields)).Select(found => Encoding.UTF8.GetString(found.Span))];
}
