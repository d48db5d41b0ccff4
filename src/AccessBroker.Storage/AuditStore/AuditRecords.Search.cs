using AccessBroker.Audit;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage;

/// <summary>
/// Searching, newest first, in steps: each looks at a range of indices, and its size follows from how long the one before took. So a
/// search that no index helps ends in time all the same, and says how far back it came.
/// </summary>
internal sealed partial class AuditRecords
{
    private const long FirstStep = 4096, NarrowStep = 1 << 20;
    private const int Probes = 32;
    private static readonly TimeSpan LongStep = TimeSpan.FromMilliseconds(80);

    public async Task<IReadOnlyList<AuditEvent>> SearchAsync(AuditQuery query, CancellationToken cancellationToken) =>
        (await SearchAsync(query, TimeSpan.MaxValue, cancellationToken)).Events;

    public async Task<AuditPage> SearchAsync(AuditQuery query, TimeSpan budget, CancellationToken cancellationToken)
    {
        if (query.Tenants is [])
            return new AuditPage([], null, null);
        var begun = time.GetTimestamp();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var filter = await EventFilter.OfAsync(context, query, cancellationToken);
        var (low, high) = await RangeAsync(context, query, cancellationToken);
        var step = filter.IsNarrow ? NarrowStep : FirstStep;
        var found = new List<AuditEvent>();
        while (high > low)
        {
            var started = time.GetTimestamp();
            var (from, below) = (Math.Max(low, high - step), high);
            var rows = filter.Apply(context.AuditEvents.AsNoTracking().Where(e => e.Idx >= from && e.Idx < below));
            found.AddRange((await rows.OrderByDescending(e => e.Idx).Take(query.Limit - found.Count).ToListAsync(cancellationToken)).Select(FromRow));
            if (found.Count == query.Limit)
                return new AuditPage(found, null, null);
            high = from;
            var left = budget - time.GetElapsedTime(begun);
            if (left <= TimeSpan.Zero && high > low)
                return new AuditPage(found, high, await TimeFromAsync(context, high, cancellationToken));
            step = Next(step, time.GetElapsedTime(started), left < LongStep ? left : LongStep);
        }
        return new AuditPage(found, null, null);
    }

    /// <summary>A tenth to eight times the last step, so that it takes about <paramref name="wanted"/>.</summary>
    private static long Next(long step, TimeSpan took, TimeSpan wanted) =>
        (long)(step * Math.Clamp(wanted.TotalMilliseconds / Math.Max(took.TotalMilliseconds, 0.1), 0.1, 8)) + 1;

    /// <summary>Indices [low, high) that can match. Time never goes back in the log, so dates are found by dividing it and need no index.</summary>
    private static async Task<(long Low, long High)> RangeAsync(BrokerDbContext context, AuditQuery query, CancellationToken cancellationToken)
    {
        var first = await context.AuditEvents.MinAsync(e => (long?)e.Idx, cancellationToken) ?? 0;
        var end = await context.AuditEvents.MaxAsync(e => (long?)e.Idx, cancellationToken) + 1 ?? 0;
        var low = query.From is { } from ? (await BracketAsync(context, from, first, end, cancellationToken)).Low : first;
        var high = query.To is { } to ? (await BracketAsync(context, to, low, end, cancellationToken)).High : end;
        return (Math.Max(low, query.Since ?? 0), Math.Min(high, query.Before ?? long.MaxValue));
    }

    /// <summary>All before the first index are before a time, and none from the second on is; between stand a few that may be either.</summary>
    private static async Task<(long Low, long High)> BracketAsync(BrokerDbContext context, long micros, long low, long high, CancellationToken cancellationToken)
    {
        while (high - low > Probes)
        {
            // Several at once: what takes time is asking.
            var step = (high - low) / Probes;
            long[] probes = [.. Enumerable.Range(1, Probes - 1).Select(n => low + n * step)];
            var times = await context.AuditEvents.Where(e => probes.Contains(e.Idx)).Select(e => new { e.Idx, e.Time }).ToListAsync(cancellationToken);
            if (times.Count < probes.Length)
                break; // being rebuilt
            low = Math.Max(low, times.Where(t => t.Time < micros).Max(t => (long?)t.Idx + 1) ?? low);
            high = Math.Min(high, times.Where(t => t.Time >= micros).Min(t => (long?)t.Idx) ?? high);
        }
        return (low, high);
    }

    /// <summary>When the first entry from this index on was written.</summary>
    private static Task<long?> TimeFromAsync(BrokerDbContext context, long index, CancellationToken cancellationToken) =>
        context.AuditEvents.Where(e => e.Idx >= index).OrderBy(e => e.Idx).Select(e => (long?)e.Time).FirstOrDefaultAsync(cancellationToken);
}
