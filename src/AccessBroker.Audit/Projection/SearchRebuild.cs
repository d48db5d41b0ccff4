using AccessBroker.Evidence;

namespace AccessBroker.Audit;

/// <summary>
/// Writes the search projection again from the log, in place, while searches and nodes go on: one batch after another, each in one
/// transaction. Killed and run again it begins anew, and what is there is right up to where it came.
/// </summary>
public sealed class SearchRebuild
{
    private const int EntriesPerBatch = 1000;
    private const int Attempts = 50;

    /// <summary>Between batches, so that appends get their turn where there is one writer.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private readonly IAuditRecords _records;
    private readonly IProjectionStore _store;
    private readonly IDataKeys _keys;
    private readonly TrailOwners _owners;
    private readonly BriefNode _node;
    private readonly IAuditLog _log;
    private readonly Committer _committer;
    private readonly TimeProvider _time;

    internal SearchRebuild(
        IAuditRecords records, IProjectionStore store, IDataKeys keys, TrailOwners owners, BriefNode node, IAuditLog log, Committer committer, TimeProvider time) =>
        (_records, _store, _keys, _owners, _node, _log, _committer, _time) = (records, store, keys, owners, node, log, committer, time);

    /// <summary>Puts into the log who rebuilds, before anything is touched. For a process that is no node: a verb.</summary>
    /// <param name="by">The system knows only the account, so they say.</param>
    /// <returns>The entry's index.</returns>
    /// <exception cref="System.Data.Common.DbException">The account may not replace rows, or not append.</exception>
    public async Task<long> RecordAsync(string by, CancellationToken cancellationToken)
    {
        var body = new BodyWriter().Add("kind", "admin.search.rebuilt").Add("actor", TrailId.System).Add("tenant", TrailId.System).Add("by", by).ToBytes();
        return await _node.WithAsync(AppendAsync, cancellationToken);

        async Task<long> AppendAsync()
        {
            _committer.Start();
            try
            {
                return (await _log.AppendAsync(new EntryDraft(EntryClass.Event, TrailId.System, Guid.CreateVersion7(_time.GetUtcNow()), default, body), cancellationToken)).Index;
            }
            finally
            {
                _committer.Stop(TimeSpan.FromSeconds(5));
            }
        }
    }

    /// <exception cref="System.Data.Common.DbException">The account may not replace rows.</exception>
    public Task RequireRightAsync(CancellationToken cancellationToken) => _store.RequireRightAsync(cancellationToken);

    /// <summary>All entries that the log has now. What a running projector writes meanwhile stays.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="InvalidDataException">Bundles are missing: somebody changed the log's tables.</exception>
    public async Task<long> RunAsync(IProgress<(long Done, long Of)>? progress, CancellationToken cancellationToken)
    {
        await _store.RequireRightAsync(cancellationToken);
        var (size, _) = await _records.ReadHeadAsync(cancellationToken);
        for (var next = 0L; next < size; await Task.Delay(Pause, _time, cancellationToken))
        {
            next = await RebuildFromAsync(next, size, cancellationToken);
            progress?.Report((next, size));
        }
        return size;
    }

    /// <returns>The index after the batch.</returns>
    private async Task<long> RebuildFromAsync(long next, long size, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var bundles = await ReadAsync(next, size, cancellationToken);
            var events = new List<AuditEvent>();
            foreach (var entry in bundles.SelectMany(StoredEntry.In))
                events.Add(EventProjection.Of(entry, _keys, await _owners.OfAsync(entry.Header.Trail, cancellationToken), out _));

            // Looked at again after the commit as well: an erasure that waited for it must not have lost against it.
            if (await _store.ReplaceAsync(events, bundles, cancellationToken) && Same(bundles, await ReadAsync(next, size, cancellationToken)))
                return bundles[^1].FirstIndex + bundles[^1].Count;
        }
        throw new InvalidDataException($"The entries from {next} on are being changed all the time. Run this again when no erasure is under way.");
    }

    private async Task<List<Bundle>> ReadAsync(long next, long size, CancellationToken cancellationToken)
    {
        var (bundles, entries) = (new List<Bundle>(), 0);
        await foreach (var bundle in _records.ReadBundlesAsync(next, withBodies: true, cancellationToken))
        {
            if (entries >= EntriesPerBatch || bundle.FirstIndex >= size)
                break;
            bundles.Add(bundle);
            entries += bundle.Count;
        }
        return bundles.Count > 0 && bundles[0].FirstIndex == next
            ? bundles
            : throw new InvalidDataException($"The bundle at {next} is gone. Verify the log before anything else (ops/docs/audit.md).");
    }

    private static bool Same(List<Bundle> before, List<Bundle> now) =>
        before.Count == now.Count && before.Zip(now).All(pair => pair.First.Bodies.AsSpan().SequenceEqual(pair.Second.Bodies));
}
