using AccessBroker.Evidence;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Audit;

/// <summary>
/// Appends <c>unknown</c> for the intents of dead boots that have no outcome. First the dead boot is fenced (its number
/// moves on under the head lock), so that no outcome of its own can come after.
/// </summary>
internal sealed partial class Reaper(
    IAuditRecords records, IAuditLog log, IDataKeys keys, NodeIdentity self, TimeProvider time, ILogger<Reaper> logger)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var boot in await records.ExpiredBootsAsync(cancellationToken))
        {
            if (await records.FenceAsync(boot, cancellationToken))
                await ReapAsync(boot.Node, boot.Boot + 1, boot.FirstIndex, cancellationToken);
        }
    }

    /// <summary>Earlier boots of this process's own number: they are dead because this one claimed it.</summary>
    public async Task ReapOwnPastAsync(long firstIndex, CancellationToken cancellationToken) =>
        await ReapAsync(self.Current.Node, self.Current.Boot, firstIndex, cancellationToken);

    /// <param name="liveBoot">Intents of boots below it are orphans where they have no outcome.</param>
    private async Task ReapAsync(int node, int liveBoot, long firstIndex, CancellationToken cancellationToken)
    {
        var orphans = new Dictionary<Guid, StoredEntry>();
        var reapedTo = firstIndex;
        await foreach (var bundle in records.ReadBundlesAsync(firstIndex, withBodies: true, cancellationToken))
        {
            foreach (var entry in StoredEntry.In(bundle))
            {
                if (entry.Header.Class == EntryClass.Outcome)
                    orphans.Remove(entry.Header.Ref);
                else if (entry.Header.Class == EntryClass.Intent && entry.Header.Node == node && entry.Header.Boot < liveBoot)
                    orphans[entry.Header.Id] = entry;
            }
            reapedTo = bundle.FirstIndex + bundle.Count;
        }
        foreach (var orphan in orphans.Values)
        {
            var body = orphan.Open(keys)?.Body;
            var tenant = StoredEntry.TenantOf(body) ?? TrailId.System;
            await log.AppendAsync(OutcomeDrafts.Unknown(tenant, orphan.Header.Id, body, Guid.CreateVersion7(time.GetUtcNow())), cancellationToken);
        }
        // Only now: were the mark written first, a crash here would leave intents that nobody closes.
        if (orphans.Count > 0)
            Reaped(logger, orphans.Count, node);
        await records.MarkReapedAsync(node, liveBoot, reapedTo, cancellationToken);
    }

    [LoggerMessage(1010, LogLevel.Warning, "{Count} intents of node {Node} had no outcome when it died: each was marked unknown")]
    private static partial void Reaped(ILogger logger, int count, int node);
}
