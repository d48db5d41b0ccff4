using System.Diagnostics.Metrics;

namespace AccessBroker.Audit;

/// <summary>Meter <c>AccessBroker.Audit</c>.</summary>
internal sealed class AuditMetrics : IDisposable
{
    public const string MeterName = "AccessBroker.Audit";
    private readonly Meter _meter = new(MeterName);
    private readonly Histogram<double> _duration;
    private readonly Histogram<int> _batch;
    private readonly Counter<long> _removed;
    private readonly Counter<long> _witnessed;
    private readonly Counter<long> _streamed;

    public AuditMetrics()
    {
        _duration = _meter.CreateHistogram<double>("audit.append.duration", "ms", "From the call to durable");
        _batch = _meter.CreateHistogram<int>("audit.commit.entries", "{entry}", "Entries of one commit");
        _removed = _meter.CreateCounter<long>("audit.bodies.removed", "{body}", "Bodies erased or pruned");
        _streamed = _meter.CreateCounter<long>("audit.stream.sent", "{entry}", "Entries delivered, entries rejected, attempts failed");
        _witnessed = _meter.CreateCounter<long>("audit.witness.answers", "{answer}", "Answers of witnesses: cosigned, other-size, failed");
    }

    /// <summary>Back-pressure of the streams: what each receiver does not have yet.</summary>
    public void ObserveStreams(Func<IEnumerable<(string Stream, long Entries)>> behind, Func<IEnumerable<(string Stream, double Seconds)>> late)
    {
        _meter.CreateObservableGauge("audit.stream.behind", () => behind().Select(s => new Measurement<long>(s.Entries, new KeyValuePair<string, object?>("stream", s.Stream))), "{entry}", "Entries that the receiver does not have yet");
        _meter.CreateObservableGauge("audit.stream.late", () => late().Select(s => new Measurement<double>(s.Seconds, new KeyValuePair<string, object?>("stream", s.Stream))), "s", "Age of the oldest entry that the receiver does not have yet");
    }

    /// <param name="result"><c>delivered</c> or <c>rejected</c> (entries), or <c>failed</c> (attempts).</param>
    public void Streamed(string stream, string result, long count) => _streamed.Add(count, new("stream", stream), new("result", result));

    /// <summary>Back-pressure: entries that wait for a commit.</summary>
    public void Observe(Func<int> queueLength) => _meter.CreateObservableGauge("audit.queue.length", queueLength, "{entry}", "Entries that wait for a commit");

    /// <summary>How far searching lags behind the log.</summary>
    public void ObserveProjection(Func<long> behind) =>
        _meter.CreateObservableGauge("audit.projection.behind", behind, "{entry}", "Entries that cannot be searched for yet");

    public void Appended(TimeSpan elapsed) => _duration.Record(elapsed.TotalMilliseconds);

    public void Committed(int entries) => _batch.Record(entries);

    public void BodiesRemoved(long bodies) => _removed.Add(bodies);

    /// <param name="result"><c>cosigned</c>, <c>other-size</c> or <c>failed</c>.</param>
    public void Witnessed(string witness, string result) => _witnessed.Add(1, new("witness", witness), new("result", result));

    public void Dispose() => _meter.Dispose();
}
