namespace AccessBroker.Evidence;

/// <summary>Ids in memory, and the rules that they keep among themselves.</summary>
/// <param name="capacity">How many entries are expected: growing there step by step costs as much as half of all look-ups.</param>
internal sealed class EntryTable(int capacity)
{
    private readonly Dictionary<IdKey, IdClaim> _entries = new(capacity);
    private readonly Dictionary<IdKey, ulong> _absent = []; // the entry whose body no later one has erased so far

    public int Count => _entries.Count + _absent.Count;

    public void Clear()
    {
        _entries.Clear();
        _absent.Clear();
    }

    /// <summary>Takes what the next entry says. Returns why it breaks a rule, or null.</summary>
    public string? Add(in IdRecord record)
    {
        var key = record.Key;
        switch (record.Claim)
        {
            case IdClaim.Outcome:
                if (!_entries.TryGetValue(key, out var intent) || intent == IdClaim.Entry)
                    return $"is the outcome of {record.Id}, which is no earlier intent of this trail";
                if (intent == IdClaim.EndedIntent)
                    return $"is a second outcome of intent {record.Id}";
                _entries[key] = IdClaim.EndedIntent;
                return null;
            case IdClaim.Absent:
                _absent[key] = record.Entry;
                return null;
            case IdClaim.Erased:
                _absent.Remove(key); // an erase entry speaks of what stands before it
                return null;
            default:
                return _entries.TryAdd(key, record.Claim) ? null : $"has the id {record.Id} of an earlier entry: it is a duplicate";
        }
    }

    /// <summary>The first entry whose body is not there though nothing accounts for it, or null.</summary>
    public IdFault? FirstAbsence(Func<ulong, bool> isPruned)
    {
        IdFault? first = null;
        foreach (var entry in _absent.Values)
        {
            if ((first is null || entry < first.Entry) && !isPruned(entry))
                first = new IdFault(entry, "its body is null, but no later entry of class 7 (erase) names it and none of class 6 (prune) covers it: it was removed", IsAbsence: true);
        }
        return first;
    }

    /// <summary>The same state as claims, which an empty table takes.</summary>
    public IEnumerable<IdRecord> Records() =>
        _entries.Select(e => new IdRecord(e.Value, e.Key.Trail, 0, e.Key.Id))
            .Concat(_absent.Select(a => new IdRecord(IdClaim.Absent, a.Key.Trail, a.Value, a.Key.Id)));
}
