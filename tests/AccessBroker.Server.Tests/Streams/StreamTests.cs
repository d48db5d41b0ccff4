using System.Diagnostics.Metrics;
using System.Text.Json;
using AccessBroker.Contracts;
using AccessBroker.Server.Tests.Api;
using AccessBroker.Server.Tests.Telemetry;
using AccessBroker.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Server.Tests.Streams;

/// <summary>Entries on their way to a SIEM, while it fails, hangs, loses answers, and while the server is killed.</summary>
public sealed class StreamTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("accessbroker-stream-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Webhook_ThatFailsLosesAnswersAndRedirects_MissesNothingAndKnowsDuplicatesByTheirId()
    {
        await using var siem = await SiemReceiver.StartAsync();
        var calls = 0;
        siem.Misbehave = context =>
        {
            switch (Interlocked.Increment(ref calls))
            {
                case 1: context.Response.StatusCode = 500; break;
                case 2: context.Abort(); break; // it has the batch, and its answer is lost
                case 3: context.Response.Redirect("http://127.0.0.1:9/elsewhere", permanent: true); break;
                default: siem.Misbehave = null; context.Response.StatusCode = 429; break;
            }
            return Task.CompletedTask;
        };
        await using var broker = await AccessBrokerFactory.StartAsync(Webhook(siem));
        var eve = await broker.AsEngineer("eve");
        var request = await eve.AskAsync(ApiClient.Ask("attachments.read"));
        await (await broker.AsApprover("priya")).ApproveAsync(request);
        var size = await SizeAsync(broker);

        await EventuallyAsync(() => siem.Taken(Ocsf).LastOrDefault(-1) >= size);

        var first = siem.Deliveries.TakeWhile(d => !d.Taken).ToList();
        Assert.Equal(4, first.Count);
        Assert.Single(siem.Deliveries.Take(5).Select(d => (d.Id, d.Text)).Distinct()); // the same batch each time, under the same id
        Assert.All(siem.Deliveries.SelectMany(d => d.Lines), e => Assert.Empty(OcsfSchema.Faults(e)));
        var taken = siem.Taken(Ocsf);
        Assert.Equal(taken.Order(), taken);
        var all = await ExportedAsync(broker);
        Assert.Equal(all.Where(i => i <= taken[^1]), taken.Where(all.Contains)); // everything of acme's trail, none missing
        var text = string.Concat(siem.Deliveries.Select(d => d.Text));
        Assert.Contains("\"event_code\":\"request.created\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("orders show twice", text, StringComparison.Ordinal); // what people wrote is the customer's
        Assert.DoesNotContain("\"ip\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_IsRecordedOnceOnEachTrail_AndAgainWhenItSendsOtherwise()
    {
        await using var siem = await SiemReceiver.StartAsync();
        foreach (var (format, entries) in new[] { ("Ocsf", 3), ("Ocsf", 3), ("Ndjson", 6) })
        {
            var before = siem.Deliveries.Count;
            await using var server = await RunningServer.StartAsync(_folder, Webhook(siem, format));
            await EventuallyAsync(() => siem.Deliveries.Count > before && Told(siem).Count >= entries);
            await server.StopAsync();
        }

        Assert.Equal(["_system", "_system", "acme", "acme", "globex", "globex"], Told(siem));
    }

    [Fact]
    public async Task ServerKilled_WhileTheReceiverHangs_TheNextSendsTheSameBatchUnderTheSameId()
    {
        await using var siem = await SiemReceiver.StartAsync();
        var hung = new TaskCompletionSource();
        siem.Misbehave = async context =>
        {
            hung.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        await using (var killed = await RunningServer.StartAsync(_folder, Webhook(siem)))
        {
            await hung.Task.WaitAsync(TimeSpan.FromSeconds(30));
            // Disposed while it waits: killed.
        }
        siem.Misbehave = null;
        var lost = siem.Deliveries[0];
        await using var next = await RunningServer.StartAsync(_folder, Webhook(siem));
        await EventuallyAsync(() => siem.Deliveries.Any(d => d.Taken), seconds: 60); // the killed one's lease ends first

        var again = siem.Deliveries.First(d => d.Taken);
        Assert.Equal((lost.Id, lost.Text), (again.Id, again.Text));
    }

    [Fact]
    public async Task Bodies_OfOneCustomersOwnReceiver_AreWholeAndOfNobodyElse()
    {
        await using var siem = await SiemReceiver.StartAsync();
        await using var broker = await AccessBrokerFactory.StartAsync(Webhook(siem, "Ndjson", new() { ["Log:Streams:0:Tenants:0"] = "acme", ["Log:Streams:0:Bodies"] = "true" }));
        await (await broker.AsEngineer("eve")).AskAsync(ApiClient.Ask("attachments.read"));

        await EventuallyAsync(() => siem.Deliveries.SelectMany(d => d.Lines).Any(l => Body(l, "kind") == "request.created"));

        var lines = siem.Deliveries.SelectMany(d => d.Lines).ToList();
        Assert.All(lines, l => Assert.Equal("acme", Body(l, "tenant")));
        Assert.Contains(lines, l => Body(l, "reason")?.Contains("orders show twice", StringComparison.Ordinal) == true);
        Assert.Contains(lines, l => Body(l, "kind") == "audit.exported" && Body(l, "content") == "bodies" && Body(l, "stream") == "siem");
    }

    [Fact]
    public async Task Otlp_Collector_GetsALogRecordForEachEntry()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var broker = await AccessBrokerFactory.StartAsync(new Dictionary<string, string?>
        {
            ["Log:Streams:0:Name"] = "otlp", ["Log:Streams:0:Kind"] = "Otlp", ["Log:Streams:0:Url"] = collector.Endpoint, ["Log:Streams:0:FromStart"] = "true",
        });
        await (await broker.AsEngineer("eve")).AskAsync(ApiClient.Ask("attachments.read"));

        await EventuallyAsync(() => collector.LogLines.Any(l => l.Contains("\"event_code\":\"request.created\"", StringComparison.Ordinal)));

        var indices = collector.LogLines.Select(l => Ocsf(JsonDocument.Parse(l).RootElement)).ToList();
        Assert.Equal(indices.Distinct().Order(), indices);
        Assert.Equal((await ExportedAsync(broker)).Where(i => i <= indices[^1]), indices.Where((await ExportedAsync(broker)).Contains));
    }

    [Fact]
    public async Task Otlp_PartialSuccess_IsCountedAndToldAndNotSentAgain()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        var answers = 0;
        collector.AnswerLogs = async context =>
        {
            if (Interlocked.Increment(ref answers) == 1) // partial_success { rejected_log_records: 2, error_message: "too old\nand odd" }
                await context.Response.Body.WriteAsync((byte[])[0x0a, 0x13, 0x08, 0x02, 0x12, 0x0f, .. "too old\nand odd"u8]);
        };
        var counted = new System.Collections.Concurrent.ConcurrentDictionary<string, long>();
        using var metrics = new MeterListener();
        metrics.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "audit.stream.sent") listener.EnableMeasurementEvents(instrument);
        };
        metrics.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            if (tags.Contains(new("stream", "partial"))) counted.AddOrUpdate(tags.ToArray().Single(t => t.Key == "result").Value!.ToString()!, value, (_, before) => before + value);
        });
        metrics.Start();
        var told = new ToldLines();
        await using var broker = await AccessBrokerFactory.StartAsync(Otlp(collector, "partial"), s => s.AddSingleton<ILoggerProvider>(told));
        await (await broker.AsEngineer("eve")).AskAsync(ApiClient.Ask("attachments.read"));

        await EventuallyAsync(() => collector.LogLines.Any(l => l.Contains("\"event_code\":\"request.created\"", StringComparison.Ordinal)));

        var indices = collector.LogLines.Select(l => Ocsf(JsonDocument.Parse(l).RootElement)).ToList();
        Assert.Equal(indices.Distinct(), indices); // each sent once, the batch with the rejected ones too
        Assert.Contains(told.Lines, l => l.Contains("rejects 2 of", StringComparison.Ordinal) && l.Contains("too old and odd", StringComparison.Ordinal));
        await EventuallyAsync(() => counted.GetValueOrDefault("delivered") == collector.LogLines.Count - 2);
        Assert.Equal(2, counted["rejected"]);
        Assert.DoesNotContain("failed", counted.Keys);
        Assert.Contains("1 streams are fed", await broker.Anonymous().GetStringAsync("/healthz/ready"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Otlp_CollectorThatRefuses_IsAskedSeldomAndHealthSaysWhy_AndNothingIsLostOnceItTakes()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        collector.AnswerLogs = context =>
        {
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        };
        await using var broker = await AccessBrokerFactory.StartAsync(Otlp(collector, "refused"));
        await EventuallyAsync(() => collector.LogRequests > 0);
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);

        Assert.Equal(1, collector.LogRequests); // what it was sent is refused for good: a person must act
        var ready = await broker.Anonymous().GetStringAsync("/healthz/ready");
        Assert.Contains("1 of 1 streams are not taken", ready, StringComparison.Ordinal);
        Assert.Contains("refuses what it is sent (401)", ready, StringComparison.Ordinal);
        Assert.Contains("\"status\":\"ok\"", ready, StringComparison.Ordinal);

        var refused = collector.LogLines.ToList();
        collector.AnswerLogs = null; // its key was mended
        await EventuallyAsync(() => collector.LogLines.Count > refused.Count);
        Assert.Equal(refused, collector.LogLines.Skip(refused.Count).Take(refused.Count));
    }

    [Fact]
    public async Task Receiver_ThatIsAway_ShowsInHealthAndTheServerStaysReady()
    {
        await using var broker = await AccessBrokerFactory.StartAsync(new Dictionary<string, string?>
        {
            ["Log:Streams:0:Name"] = "away", ["Log:Streams:0:Kind"] = "Otlp", ["Log:Streams:0:Url"] = $"http://127.0.0.1:{FreePort.Next()}", ["Log:Streams:0:FromStart"] = "true",
        });
        using var http = broker.Anonymous();
        var ready = "";
        await EventuallyAsync(() => (ready = http.GetStringAsync("/healthz/ready").GetAwaiter().GetResult()).Contains("1 of 1 streams are not taken", StringComparison.Ordinal));

        Assert.Contains("\"status\":\"ok\"", ready, StringComparison.Ordinal);
        Assert.DoesNotContain("away", ready, StringComparison.Ordinal);
    }

    /// <summary>Customers on whose trails it was recorded that they are streamed.</summary>
    private static List<string> Told(SiemReceiver siem) =>
    [
        .. siem.Deliveries.Where(d => d.Taken).DistinctBy(d => d.Id).SelectMany(d => d.Lines).Where(l => Kind(l) == "audit.exported")
            .Select(l => l.GetProperty(l.TryGetProperty("unmapped", out _) ? "unmapped" : "metadata").GetProperty("tenant").GetString()!).Order(StringComparer.Ordinal),
    ];

    private static Dictionary<string, string?> Otlp(OtlpReceiver collector, string name) => new()
    {
        ["Log:Streams:0:Name"] = name, ["Log:Streams:0:Kind"] = "Otlp", ["Log:Streams:0:Url"] = collector.Endpoint, ["Log:Streams:0:FromStart"] = "true",
    };

    /// <summary>What the server writes into its own log.</summary>
    private sealed class ToldLines : ILoggerProvider, ILogger
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }

    private static Dictionary<string, string?> Webhook(SiemReceiver siem, string format = "Ocsf", Dictionary<string, string?>? more = null) => new(more ?? [])
    {
        ["Log:Streams:0:Name"] = "siem", ["Log:Streams:0:Kind"] = "Webhook", ["Log:Streams:0:Url"] = siem.Url.ToString(), ["Log:Streams:0:Secret"] = siem.Secret,
        ["Log:Streams:0:Format"] = format, ["Log:Streams:0:FromStart"] = "true",
    };

    private static long Ocsf(JsonElement line) => line.GetProperty("unmapped").GetProperty("idx").GetInt64();

    private static string? Kind(JsonElement line) =>
        line.GetProperty("metadata") is var m && m.ValueKind != JsonValueKind.Object ? null : m.TryGetProperty("event_code", out var code) ? code.GetString() : m.TryGetProperty("kind", out var kind) ? kind.GetString() : null;

    private static string? Body(JsonElement line, string name) =>
        line.TryGetProperty("body", out var body) && body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static async Task<long> SizeAsync(AccessBrokerFactory broker) => (await ExportedAsync(broker))[^1];

    /// <summary>Indices of acme's entries that have an OCSF event, by an export.</summary>
    private static async Task<List<long>> ExportedAsync(AccessBrokerFactory broker)
    {
        var text = await (await broker.AsAuditor("alan")).GetStringAsync("/api/v1/audit/events.ndjson?tenant=acme");
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("idx").GetInt64())];
    }

    private static async Task EventuallyAsync(Func<bool> holds, int seconds = 30)
    {
        for (var tries = 0; !holds(); tries++)
        {
            Assert.True(tries < seconds * 10, $"It did not come to pass within {seconds} s.");
            await Task.Delay(100);
        }
    }
}
