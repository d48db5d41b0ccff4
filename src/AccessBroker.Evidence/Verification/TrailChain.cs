using AccessBroker.TransparencyLog;

namespace AccessBroker.Evidence;

/// <summary>
/// The rules that a trail's headers keep among themselves, entry by entry: one trail, seq without gap, each
/// <c>prev</c> the leaf before (the first: the genesis), time never back, ids unique, and one outcome for an
/// intent that stands earlier.
/// </summary>
internal sealed class TrailChain(Hash32 trail, string firstOrigin)
{
    private enum Fate : byte { NoIntent, Open, Ended }

    private readonly Dictionary<Guid, Fate> _entries = [];
    private long _time;

    /// <summary>Entries so far: the next one's seq.</summary>
    public ulong Count { get; private set; }

    /// <summary>Leaf hash of the last header; the genesis before the first.</summary>
    public Hash32 Head { get; private set; } = TrailId.Genesis(firstOrigin, trail);

    /// <summary>The trail and its state as a heads entry says it.</summary>
    public HeadRecord Record => new(trail, Count, Head);

    /// <summary>Adds the next header. Returns why it cannot be the next, or null where it is.</summary>
    public string? Add(in EntryHeader header, ReadOnlySpan<byte> bytes)
    {
        if (Fault(header) is { } fault)
            return fault;
        Span<byte> leaf = stackalloc byte[Hash32.Size];
        Merkle.HashLeaf(bytes, leaf);
        Head = new Hash32(leaf);
        _time = header.Time;
        Count++;
        return null;
    }

    private string? Fault(in EntryHeader header)
    {
        if (header.Trail != trail)
            return $"belongs to trail {header.Trail}, not to {trail}: it is another customer's, or was changed";
        if (header.Seq != Count)
            return $"has seq {header.Seq} where {Count} must follow: entries were removed, inserted, doubled or moved";
        if (header.Prev != Head)
        {
            return Count == 0
                ? $"its prev is not the genesis of trail {trail} in log {firstOrigin}: entries before it were removed, or it was changed"
                : $"its prev is not the leaf hash of entry {Count - 1}: entry {Count - 1} was changed, or this one, or entries between them were removed or inserted";
        }
        if (header.Time < _time)
            return $"is dated {EntryTime.Format(header.Time)}, before entry {Count - 1} of {EntryTime.Format(_time)}: it was backdated";
        return ReferenceFault(header) ?? (_entries.TryAdd(header.Id, header.Class == EntryClass.Intent ? Fate.Open : Fate.NoIntent)
            ? null
            : $"has the id {header.Id} of an earlier entry: it is a duplicate");
    }

    private string? ReferenceFault(in EntryHeader header)
    {
        switch (header.Class)
        {
            case EntryClass.Outcome:
                if (!_entries.TryGetValue(header.Ref, out var fate) || fate == Fate.NoIntent)
                    return $"is the outcome of {header.Ref}, which is no earlier intent of this trail";
                if (fate == Fate.Ended)
                    return $"is a second outcome of intent {header.Ref}";
                _entries[header.Ref] = Fate.Ended;
                return null;
            case EntryClass.Erase:
                return header.Ref == Guid.Empty ? "erases, but its ref names no entry" : null;
            case EntryClass.Event:
                return null;
            default:
                return header.Ref == Guid.Empty ? null : $"is of class {(int)header.Class} and must have no ref";
        }
    }
}
