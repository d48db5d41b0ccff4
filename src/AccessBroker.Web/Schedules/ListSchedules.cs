using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Contracts;
using AccessBroker.Grants;
using AccessBroker.Web.Api;
using AccessBroker.Web.Trails;

namespace AccessBroker.Web.Schedules;

/// <summary>
/// What is made when, and how it went. The vendor's auditors and administrators see every schedule, a customer's auditors those of exactly their
/// customer. It names files and shows nothing of them, so it is not recorded as reading the log.
/// </summary>
internal sealed class ListSchedules(Schedules schedules, IScheduleStore store, ReadableTrails trails, TimeProvider time)
{
    /// <returns>Not found for who reads no trail.</returns>
    public async Task<Outcome<IReadOnlyList<ScheduleView>>> RunAsync(Actor actor, CancellationToken cancellationToken)
    {
        var readable = await trails.OfAsync(actor, cancellationToken);
        var vendor = ExportLog.MayExport(actor);
        if (readable.Count == 0 && !vendor)
            return ApiProblems.NotFound;
        var states = await store.ReadAsync(cancellationToken);
        var now = time.GetUtcNow();
        return new Outcome<IReadOnlyList<ScheduleView>>([.. schedules.Configured.Where(s => vendor || readable.Any(t => t.Id == s.Tenant)).Select(s => View(s, states.GetValueOrDefault(s.Name), now))]);
    }

    private static ScheduleView View(ConfiguredSchedule s, ScheduleState? state, DateTimeOffset now)
    {
        var due = state is null ? [] : s.Due(state.Done, now);
        return new ScheduleView(
            s.Name, s.AtText, s.Tenant ?? ConfiguredSchedule.All, s.FormatName, s.RangeName, s.Bodies, s.Keep, StateOf(state, due.Count > 0),
            due is [var planned, ..] ? planned : s.NextAfter(now), state?.RanAt, state?.File, state?.Error, state?.FailedAt);
    }

    private static string StateOf(ScheduleState? state, bool due) =>
        state is { IsHeld: true } ? "running" : state?.Error is not null ? "failed" : due ? "due" : "waiting";
}
