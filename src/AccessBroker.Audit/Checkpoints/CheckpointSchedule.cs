using AccessBroker.Evidence;
using Microsoft.Extensions.Options;

namespace AccessBroker.Audit;

/// <summary>
/// Publishes when it is time: at most every 10 s while entries arrive, hourly when idle. Whoever published the last one (another
/// node, an export, this node before its restart) counts, so the decision stands on the latest stored checkpoint.
/// </summary>
internal sealed class CheckpointSchedule(CheckpointPublisher publisher, IAuditRecords records, IOptions<AuditOptions> options, TimeProvider time)
{
    public async Task PublishIfDueAsync(CancellationToken cancellationToken)
    {
        if (publisher.IsStopped)
            return;
        var latest = await records.LatestCheckpointAsync(cancellationToken);
        var age = latest is null ? (TimeSpan?)null : time.GetUtcNow() - latest.CreatedAt;
        if (!IsDue(age, entries: true, options.Value))
            return; // most ticks end here
        var entries = await HasEntriesAsync(latest?.Size ?? 0, cancellationToken);
        if (IsDue(age, entries, options.Value))
            await publisher.PublishAsync(cancellationToken);
    }

    /// <param name="age">Of the latest checkpoint; null where there is none yet.</param>
    /// <param name="entries">Something stands in the log that it does not cover. A heads entry alone is nothing.</param>
    internal static bool IsDue(TimeSpan? age, bool entries, AuditOptions options)
    {
        var wait = entries ? options.CheckpointInterval : options.IdleCheckpointInterval;
        // One from the future was made by a clock that is wrong: waiting for it would mean publishing nothing for as long.
        return age is { } known ? known >= wait || known <= -wait : entries;
    }

    private async Task<bool> HasEntriesAsync(long from, CancellationToken cancellationToken)
    {
        await foreach (var bundle in records.ReadBundlesAsync(from, withBodies: false, cancellationToken))
        {
            if (StoredEntry.In(bundle).Any(e => e.Index >= from && e.Header.Class != EntryClass.Heads))
                return true;
        }
        return false;
    }
}
