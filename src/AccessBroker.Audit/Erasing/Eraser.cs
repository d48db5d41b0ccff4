using AccessBroker.Evidence;

namespace AccessBroker.Audit;

/// <summary>
/// Forgets bodies and keeps the log whole (AUDIT-LOG.md, Keys and Retention). Always in this order: the entries that say so are
/// durable, then the bodies go. A crash between leaves bodies that the log says are gone; <see cref="ResumeAsync"/> takes them out.
/// </summary>
public sealed class Eraser
{
    private const int Chunk = 500;
    private readonly IAuditLog _log;
    private readonly IAuditRecords _records;
    private readonly IErasureStore _store;
    private readonly IDataKeys _dataKeys;
    private readonly ILogKeys _keys;
    private readonly BodyRemover _remover;
    private readonly ErasureJournal _journal;
    private readonly TimeProvider _time;

    internal Eraser(
        IAuditLog log, IAuditRecords records, IErasureStore store, IDataKeys dataKeys, ILogKeys keys, BodyRemover remover, ErasureJournal journal, TimeProvider time) =>
        (_log, _records, _store, _dataKeys, _keys, _remover, _journal, _time) = (log, records, store, dataKeys, keys, remover, journal, time);

    /// <summary>Erases what the order selects, as the trail stands now, one class 7 entry each.</summary>
    /// <param name="progress">Bodies erased so far.</param>
    /// <returns>Bodies erased.</returns>
    public async Task<long> EraseAsync(Erasure order, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        await _store.RequireRightAsync(cancellationToken);
        var (size, _) = await _records.ReadHeadAsync(cancellationToken);
        var journalled = _journal.Add(order, size);
        var erased = await EraseBelowAsync(order, size, progress, cancellationToken);
        if (journalled is (var journal, var line) && await _store.ReplayedAsync(journal, cancellationToken) == line - 1)
            await _store.MarkReplayedAsync(journal, line, cancellationToken);
        return erased;
    }

    /// <summary>The same for what a restored backup brought back: it stands in the journal already.</summary>
    internal async Task<long> EraseAgainAsync(Erasure order, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        await _store.RequireRightAsync(cancellationToken);
        var (size, _) = await _records.ReadHeadAsync(cancellationToken);
        return await EraseBelowAsync(order, size, progress, cancellationToken);
    }

    private async Task<long> EraseBelowAsync(Erasure order, long size, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var trail = _keys.TrailOf(order.Tenant);
        var needed = await _store.NeededAsync(order.Tenant, cancellationToken);
        var open = await OpenIntentsAsync(trail, size, cancellationToken);
        var (erased, chunk) = (0L, new List<(StoredEntry Entry, byte[] Body)>());
        await foreach (var bundle in _records.ReadBundlesAsync(order.What.From, withBodies: true, cancellationToken))
        {
            if (bundle.FirstIndex >= Math.Min(size, order.What.Below))
                break;
            foreach (var entry in StoredEntry.In(bundle).Where(e => e.Header.Trail == trail && e.Header.Class < EntryClass.Heads && e.Index < size))
            {
                if (!needed.Contains(entry.Index) && !open.Contains(entry.Header.Id) && entry.Open(_dataKeys) is { } opened && order.What.Matches(entry.Index, opened.Body))
                    chunk.Add((entry, opened.Body));
            }
            if (chunk.Count >= Chunk)
                erased += await EraseAsync(order, chunk, progress, erased, cancellationToken);
        }
        erased += await EraseAsync(order, chunk, progress, erased, cancellationToken);
        if (order.What is { Person: { } person, Entries: null })
        {
            await _store.ForgetPersonAsync(person, order.Tenant, cancellationToken);
            await _store.ScrubAsync(cancellationToken);
        }
        return erased;
    }

    /// <summary>Removes bodies of entries older than the customer's retention, one class 6 entry for the range.</summary>
    /// <returns>Bodies removed.</returns>
    public async Task<long> PruneAsync(string tenant, TimeSpan retention, CancellationToken cancellationToken)
    {
        var trail = _keys.TrailOf(tenant);
        var cutoff = (_time.GetUtcNow() - retention - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        var from = await _store.RetainedFromAsync(tenant, cancellationToken);
        StoredEntry? first = null, last = null;
        await foreach (var bundle in _records.ReadBundlesAsync(from, withBodies: false, cancellationToken))
        {
            List<StoredEntry> entries = [.. StoredEntry.In(bundle)];
            foreach (var entry in entries.Where(e => e.Index >= from && e.Header.Trail == trail && e.Header.Time < cutoff))
                (first, last) = (first ?? entry, entry);
            if (entries[^1].Header.Time >= cutoff)
                break;
        }
        if (first is null || last is null)
            return 0;
        await _store.RequireRightAsync(cancellationToken);
        var draft = ErasureEntries.Pruned(tenant, first, last, retention, NewId());
        await _log.AppendAsync(draft, cancellationToken);
        var range = new Forgotten(trail, first.Index, last.Index, null, first.Header.Seq, last.Header.Seq);
        var removed = await _remover.RemoveAsync([range], await _store.NeededAsync(tenant, cancellationToken), null, cancellationToken);
        await _store.MarkRetainedAsync(tenant, last.Index + 1, cancellationToken);
        return removed;
    }

    /// <summary>Carries out what the log says was erased or pruned and the bodies do not show yet: after a crash, and after a backup was restored.</summary>
    /// <returns>Bodies removed.</returns>
    public async Task<long> ResumeAsync(CancellationToken cancellationToken)
    {
        var from = await _store.AppliedToAsync(cancellationToken);
        var (size, _) = await _records.ReadHeadAsync(cancellationToken);
        if (from >= size)
            return 0;
        var forgotten = await SaidToBeGoneAsync(from, size, cancellationToken);
        var needed = new HashSet<long>();
        foreach (var tenant in forgotten.Count == 0 ? [] : await _store.TenantsAsync(cancellationToken))
            needed.UnionWith(await _store.NeededAsync(tenant, cancellationToken));
        var removed = await _remover.RemoveAsync(forgotten, needed, null, cancellationToken);
        await _store.MarkAppliedAsync(size, cancellationToken);
        return removed;
    }

    private async Task<long> EraseAsync(
        Erasure order, List<(StoredEntry Entry, byte[] Body)> chunk, IProgress<long>? progress, long before, CancellationToken cancellationToken)
    {
        if (chunk.Count == 0)
            return 0;
        await Task.WhenAll(chunk.Select(c => _log.AppendAsync(ErasureEntries.Erased(order, c.Entry, c.Body, NewId()), cancellationToken).AsTask()));
        var removed = await _remover.RemoveAsync(
            [.. chunk.Select(c => new Forgotten(c.Entry.Header.Trail, c.Entry.Index, c.Entry.Index, c.Entry.Header.Id, 0, 0))], new HashSet<long>(), null, cancellationToken);
        chunk.Clear();
        progress?.Report(before + removed);
        return removed;
    }

    /// <summary>The reaper needs the body of an intent that has no outcome yet.</summary>
    private async Task<HashSet<Guid>> OpenIntentsAsync(Hash32 trail, long size, CancellationToken cancellationToken)
    {
        var open = new HashSet<Guid>();
        await foreach (var bundle in _records.ReadBundlesAsync(0, withBodies: false, cancellationToken))
        {
            foreach (var entry in StoredEntry.In(bundle).Where(e => e.Header.Trail == trail && e.Index < size))
            {
                if (entry.Header.Class == EntryClass.Intent)
                    open.Add(entry.Header.Id);
                else if (entry.Header.Class == EntryClass.Outcome)
                    open.Remove(entry.Header.Ref);
            }
        }
        return open;
    }

    private async Task<List<Forgotten>> SaidToBeGoneAsync(long from, long size, CancellationToken cancellationToken)
    {
        var forgotten = new List<Forgotten>();
        await foreach (var bundle in _records.ReadBundlesAsync(from, withBodies: true, cancellationToken))
        {
            foreach (var entry in StoredEntry.In(bundle).Where(e => e.Index >= from && e.Index < size && e.Header.Class is EntryClass.Erase or EntryClass.Prune))
            {
                if (entry.Open(_dataKeys) is { } opened && Forgotten.Read(entry, opened.Body) is { } said)
                    forgotten.Add(said);
            }
        }
        return forgotten;
    }

    private Guid NewId() => Guid.CreateVersion7(_time.GetUtcNow());
}
