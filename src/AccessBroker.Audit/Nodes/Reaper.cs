using AccessBroker.Evidence;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Audit;

/// <summary>
/// Appends <c>unknown</c> for the intents of dead boots that have no outcome. First the dead boot is fenced (its number moves on
/// under the head lock), so that no outcome of its own can come after.
/// </summary>
/// <remarks>
/// One outcome an intent, whoever reaps at the same time: a reaper holds the boot that it fenced to, and each of its appends looks
/// under the head lock whether it still does. Whoever takes the number over sees all that was appended before, and nothing comes
/// after. A crash in between leaves the number to the next one.
/// </remarks>
internal sealed partial class Reaper(
    IAuditRecords records, IAuditStore store, ILogKeys keys, IDataKeys dataKeys, NodeIdentity self, TimeProvider time, ILogger<Reaper> logger)
{
    /// <summary>Outcomes in one commit: nobody's append waits long for them.</summary>
    private const int PerCommit = 500;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var expired in await records.ExpiredBootsAsync(cancellationToken))
        {
            if (await records.FenceAsync(expired, NodeLease.Length, cancellationToken) is { } held)
                await ReapAsync(held, cancellationToken);
        }
    }

    /// <summary>Earlier boots of this process' own number: they are dead because this one claimed it.</summary>
    public async Task ReapOwnPastAsync(HeldBoot claimed, CancellationToken cancellationToken)
    {
        if (await CloseAsync(claimed, cancellationToken))
            await records.MarkReapedAsync(claimed.Boot, claimed.To, cancellationToken);
    }

    /// <summary>All earlier boots of a number that was fenced.</summary>
    internal async Task ReapAsync(HeldBoot fenced, CancellationToken cancellationToken)
    {
        if (!await CloseAsync(fenced, cancellationToken))
            return;
        // Only now: were the mark written first, a crash here would leave intents that nobody closes.
        await records.MarkReapedAsync(fenced.Boot, null, cancellationToken);
        await records.ReleaseNodeAsync(fenced.Boot, cancellationToken);
    }

    /// <returns>False where another node took the number over: the rest is its work.</returns>
    private async Task<bool> CloseAsync(HeldBoot held, CancellationToken cancellationToken)
    {
        var orphans = await FindOrphansAsync(held, cancellationToken);
        if (orphans is null)
            return false;
        var reader = new TrailReader(records, dataKeys);
        foreach (var some in orphans.Chunk(PerCommit))
        {
            var outcomes = new List<PreparedEntry>(some.Length);
            foreach (var orphan in some)
            {
                var body = (await reader.ReadAsync(orphan.Index, cancellationToken))?.Body;
                var draft = OutcomeDrafts.Unknown(StoredEntry.TenantOf(body) ?? TrailId.System, orphan.Id, body, Guid.CreateVersion7(time.GetUtcNow()));
                outcomes.Add(PreparedEntry.From(draft, keys, dataKeys));
            }
            // On a thread of its own: SQLite's waits are synchronous.
            if (!await Task.Run(() => Append(outcomes, held.Boot), cancellationToken))
                return false;
            Reaped(logger, some.Length, held.Boot.Node);
        }
        return true;
    }

    /// <summary>Intents of earlier boots without an outcome, oldest first; null where the boot was lost meanwhile.</summary>
    private async Task<IReadOnlyList<Orphan>?> FindOrphansAsync(HeldBoot held, CancellationToken cancellationToken)
    {
        var orphans = new Dictionary<Guid, long>();
        if (held.From >= held.To)
            return [];
        var renewed = time.GetTimestamp();
        await foreach (var bundle in records.ReadBundlesAsync(held.From, withBodies: false, cancellationToken))
        {
            if (bundle.FirstIndex >= held.To)
                break;
            foreach (var entry in StoredEntry.In(bundle))
            {
                if (entry.Header.Class == EntryClass.Outcome)
                    orphans.Remove(entry.Header.Ref);
                else if (entry.Header.Class == EntryClass.Intent && entry.Header.Node == held.Boot.Node && entry.Header.Boot < held.Boot.Boot)
                    orphans[entry.Header.Id] = entry.Index;
            }
            if (time.GetElapsedTime(renewed) < NodeLease.RenewEvery)
                continue;
            // A long log takes longer than a lease to read.
            if (!await records.RenewNodeAsync(held.Boot, NodeLease.Length, cancellationToken))
                return null;
            renewed = time.GetTimestamp();
        }
        return [.. orphans.Select(o => new Orphan(o.Key, o.Value)).OrderBy(o => o.Index)];
    }

    private bool Append(List<PreparedEntry> outcomes, NodeBoot held)
    {
        var writer = self.Current;
        using var transaction = store.Begin();
        var head = transaction.Lock(outcomes.Count, writer.Node, [.. outcomes.Select(e => e.Trail).Distinct()]);
        if (head.Boot != writer.Boot)
            throw new NodeReapedException(writer);
        if (transaction.ReadBoot(held.Node) != held.Boot)
            return false;
        var now = (time.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;
        var batch = BatchBuilder.Build(head, outcomes, keys, now, writer);
        transaction.Write(batch.Bundle, batch.Frontier.ToBytes(), batch.Time, batch.Trails);
        transaction.Commit();
        return true;
    }

    private sealed record Orphan(Guid Id, long Index);

    [LoggerMessage(1010, LogLevel.Warning, "{Count} intents of node {Node} had no outcome when it died: each was marked unknown")]
    private static partial void Reaped(ILogger logger, int count, int node);
}
