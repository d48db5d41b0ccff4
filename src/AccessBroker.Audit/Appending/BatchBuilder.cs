using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Audit;

/// <summary>
/// Pure: gives waiting entries their places after a locked head, and computes the rows to write. Everything that does not
/// depend on the place (salt, commitment, sealing) was done before, outside the lock (<see cref="PreparedEntry"/>).
/// </summary>
internal static class BatchBuilder
{
    /// <param name="now">Microseconds; the entries get max(now, the previous entry's time).</param>
    public static Batch Build(LockedHead head, IReadOnlyList<PreparedEntry> entries, ILogKeys keys, long now, NodeBoot writer)
    {
        var time = Math.Max(now, head.Time);
        var trails = new Dictionary<Hash32, TrailHead>(head.Trails);
        var changed = new HashSet<Hash32>();
        var frontier = Frontier.FromBytes((ulong)head.Size, head.Frontier);
        var headers = new byte[entries.Count * EntryHeader.Size];
        var appended = new AppendedEntry[entries.Count];
        var bodies = new byte[entries.Count][];
        Span<byte> leaf = stackalloc byte[Merkle.HashSize];

        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            if (!trails.TryGetValue(entry.Trail, out var trail))
                trail = new TrailHead(entry.Trail, 0, TrailId.Genesis(keys.FirstOrigin, entry.Trail), IsNew: true);
            var bytes = headers.AsSpan(i * EntryHeader.Size, EntryHeader.Size);
            new EntryHeader(time, entry.Class, (ulong)trail.Count, entry.Id, entry.Ref, entry.Trail, trail.Head, entry.Commit, (uint)writer.Node, (uint)writer.Boot).WriteTo(bytes);
            Merkle.HashLeaf(bytes, leaf);
            frontier.Append(leaf);
            trails[entry.Trail] = trail with { Count = trail.Count + 1, Head = new Hash32(leaf) };
            changed.Add(entry.Trail);
            bodies[i] = entry.SealedBody;
            appended[i] = new AppendedEntry(entry.Id, head.Size + i, trail.Count, time);
        }
        var bundle = new Bundle(head.Size, entries.Count, headers, SealedBodies.Join(bodies));
        return new Batch(bundle, frontier, time, [.. changed.Select(t => trails[t])], appended, writer);
    }
}

/// <param name="Frontier">The tree after the batch.</param>
/// <param name="Writer">As whom it was written.</param>
internal sealed record Batch(Bundle Bundle, Frontier Frontier, long Time, IReadOnlyCollection<TrailHead> Trails, IReadOnlyList<AppendedEntry> Appended, NodeBoot Writer);
