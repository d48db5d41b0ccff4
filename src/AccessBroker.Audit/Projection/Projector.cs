using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Audit;

/// <summary>
/// Writes the search projection behind the log: within a second at normal load; after a burst it catches up. While many appends
/// are under way it writes once a second and then stands back, because the log comes first and both share one database: a row
/// with its indexes costs more than the entry that it shows.
/// </summary>
internal sealed partial class Projector(
    IAuditRecords records, IDataKeys keys, TrailOwners owners, Committer committer, AuditMetrics metrics, TimeProvider time, ILogger<Projector> logger) : BackgroundService
{
    private const int EventsPerWrite = 1000;

    /// <summary>Appends under way from which on the broker counts as busy.</summary>
    private const int Busy = 32;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan BusyInterval = TimeSpan.FromSeconds(1);
    private long _written;
    private long _behind;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var next = -1L;
        metrics.ObserveProjection(() => Volatile.Read(ref _behind));
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                if (next < 0)
                    next = await records.ProjectedToAsync(stoppingToken);
                next = await CatchUpAsync(next, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                next = -1;
                Behind(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<long> CatchUpAsync(long next, CancellationToken cancellationToken)
    {
        var (size, _) = await records.ReadHeadAsync(cancellationToken);
        Volatile.Write(ref _behind, size - next);
        if (next >= size || (IsBusy && time.GetElapsedTime(_written) < BusyInterval))
            return next;
        var events = new List<AuditEvent>();
        await foreach (var bundle in records.ReadBundlesAsync(next, withBodies: true, cancellationToken))
        {
            foreach (var entry in StoredEntry.In(bundle).Where(e => e.Index >= next))
                events.Add(Project(entry, await owners.OfAsync(entry.Header.Trail, cancellationToken)));
            if (events.Count < EventsPerWrite)
                continue;
            next = await WriteAsync(events, cancellationToken);
            if (IsBusy)
                return next;
        }
        return events.Count == 0 ? next : await WriteAsync(events, cancellationToken);
    }

    private AuditEvent Project(StoredEntry entry, string tenant)
    {
        var projected = EventProjection.Of(entry, keys, tenant, out var fault);
        if (fault is not null)
            Unreadable(logger, entry.Index, tenant, fault);
        return projected;
    }

    private bool IsBusy => committer.UnderWay >= Busy;

    private async Task<long> WriteAsync(List<AuditEvent> events, CancellationToken cancellationToken)
    {
        await records.StoreEventsAsync(events, cancellationToken);
        var next = events[^1].Index + 1;
        _written = time.GetTimestamp();
        events.Clear();
        return next;
    }

    [LoggerMessage(1047, LogLevel.Critical, "The body of entry {Index} of {Tenant} cannot be read: somebody changed the database. Searches show the entry as unreadable, and go on")]
    private static partial void Unreadable(ILogger logger, long index, string tenant, Exception exception);

    [LoggerMessage(1046, LogLevel.Warning, "The search projection fell behind; it will catch up")]
    private static partial void Behind(ILogger logger, Exception exception);
}
