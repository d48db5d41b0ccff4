using System.Diagnostics.Metrics;

namespace AccessBroker.Web.Schedules;

/// <summary>Meter <c>AccessBroker.Web</c>.</summary>
internal sealed class ScheduleMetrics : IDisposable
{
    public const string MeterName = "AccessBroker.Web";
    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _runs;

    public ScheduleMetrics() => _runs = _meter.CreateCounter<long>("audit.schedule.runs", "{run}", "Runs of schedules: done, failed");

    public void Observe(Func<IEnumerable<(string Schedule, double Seconds)>> late) => _meter.CreateObservableGauge(
        "audit.schedule.late", () => late().Select(s => new Measurement<double>(s.Seconds, new KeyValuePair<string, object?>("schedule", s.Schedule))), "s", "Since the oldest run was due that is not made");

    /// <param name="result"><c>done</c> or <c>failed</c>.</param>
    public void Ran(string schedule, string result) => _runs.Add(1, new("schedule", schedule), new("result", result));

    public void Dispose() => _meter.Dispose();
}
