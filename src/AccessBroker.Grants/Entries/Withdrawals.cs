using System.Collections.Concurrent;
using AccessBroker.Audit;
using AccessBroker.Evidence;

namespace AccessBroker.Grants;

/// <summary>
/// Whether an entry was taken back by a later one: a grant by its ending, a role by its removal. The log is the only
/// witness, and it is long, so each entry is looked for once through the whole log and from then on only in what is new.
/// </summary>
internal sealed class Withdrawals(ITrailReader log, IAuditRecords records, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromHours(1);
    private static readonly int RefOffset = 40, ClassOffset = 5; // AUDIT-LOG.md, Entry header

    private readonly ConcurrentDictionary<Guid, Watched> _watched = new();
    private readonly SemaphoreSlim _following = new(1, 1);
    private long _next = -1;

    private sealed class Watched(long now)
    {
        public bool Withdrawn;
        public bool SearchedBefore;
        public long Used = now;
    }

    public void Dispose() => _following.Dispose();

    /// <summary>Does an event refer to this entry?</summary>
    /// <param name="index">The entry's place in the log; only later ones can.</param>
    /// <param name="id">The entry's id.</param>
    /// <param name="cancellationToken">Gives up reading.</param>
    public async Task<bool> AnyAsync(long index, Guid id, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        var watched = _watched.GetOrAdd(id, _ => new Watched(now)); // before looking, so that nothing falls between
        watched.Used = now;
        await FollowAsync(cancellationToken);
        if (watched.Withdrawn || watched.SearchedBefore)
            return watched.Withdrawn;
        if (await log.HasEventAfterAsync(index, id, cancellationToken))
            watched.Withdrawn = true;
        watched.SearchedBefore = true;
        return watched.Withdrawn;
    }

    /// <summary>Reads the headers that were appended since the last time.</summary>
    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        await _following.WaitAsync(cancellationToken);
        try
        {
            var (size, _) = await records.ReadHeadAsync(cancellationToken);
            if (_next < 0)
                _next = size; // whoever is watched from now on searches what was before
            if (size <= _next)
                return;
            Forget();
            await foreach (var bundle in records.ReadBundlesAsync(_next, withBodies: false, cancellationToken))
            {
                for (var i = (int)Math.Max(0, _next - bundle.FirstIndex); i < bundle.Count; i++)
                    Look(bundle.Headers.AsSpan(i * EntryHeader.Size, EntryHeader.Size));
                _next = bundle.FirstIndex + bundle.Count;
            }
        }
        finally
        {
            _following.Release();
        }
    }

    private void Look(ReadOnlySpan<byte> header)
    {
        if (header[ClassOffset] == (byte)EntryClass.Event && _watched.TryGetValue(new Guid(header.Slice(RefOffset, 16), bigEndian: true), out var watched))
            watched.Withdrawn = true;
    }

    private void Forget()
    {
        foreach (var (id, watched) in _watched)
        {
            if (time.GetElapsedTime(watched.Used) > ForgetAfter)
                _watched.TryRemove(id, out _);
        }
    }
}
