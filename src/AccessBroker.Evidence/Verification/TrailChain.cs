namespace AccessBroker.Evidence;

/// <summary>
/// The rules that a trail's headers keep among themselves, entry by entry: one trail, seq without gap, each
/// <c>prev</c> the leaf before (the first: the genesis), time never back, ids unique, and one outcome for an
/// intent that stands earlier.
/// </summary>
/// <remarks>Where a log is long, what is wrong with an id is known only at the end: <see cref="EntryIds.Complete"/>.</remarks>
/// <param name="trail">Whose.</param>
/// <param name="firstOrigin">The log's first origin.</param>
/// <param name="number">The trail's number among those of this verification.</param>
/// <param name="ids">Of all of them.</param>
internal sealed class TrailChain(Hash32 trail, string firstOrigin, int number, EntryIds ids)
{
    private long _time;

    /// <summary>Entries so far: the next one's seq.</summary>
    public ulong Count { get; private set; }

    /// <summary>Leaf hash of the last header; the genesis before the first.</summary>
    public Hash32 Head { get; private set; } = TrailId.Genesis(firstOrigin, trail);

    /// <summary>The trail and its state as a heads entry says it.</summary>
    public HeadRecord Record => new(trail, Count, Head);

    /// <summary>Adds the next header. Returns why it cannot be the next, or null where it is.</summary>
    /// <param name="leaf">Its leaf hash.</param>
    /// <param name="entry">What it is called in the verdict: its seq, in a whole log its index.</param>
    public string? Add(in EntryHeader header, in Hash32 leaf, ulong entry)
    {
        if (Fault(header, entry) is { } fault)
            return fault;
        Head = leaf;
        _time = header.Time;
        Count++;
        return null;
    }

    private string? Fault(in EntryHeader header, ulong entry)
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
        return ReferenceFault(header, entry)
            ?? ids.Add(new IdRecord(header.Class == EntryClass.Intent ? IdClaim.Intent : IdClaim.Entry, number, entry, header.Id));
    }

    private string? ReferenceFault(in EntryHeader header, ulong entry)
    {
        switch (header.Class)
        {
            case EntryClass.Outcome:
                return ids.Add(new IdRecord(IdClaim.Outcome, number, entry, header.Ref));
            case EntryClass.Erase:
                return header.Ref == Guid.Empty ? "erases, but its ref names no entry" : null;
            case EntryClass.Event:
                return null;
            default:
                return header.Ref == Guid.Empty ? null : $"is of class {(int)header.Class} and must have no ref";
        }
    }
}
