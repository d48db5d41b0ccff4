namespace AccessBroker.Evidence;

/// <summary>
/// The rules about entries' ids: each once in its trail, one outcome an intent that stands earlier, and every body that is not
/// there erased by a later entry. In memory up to a bound; a longer log is spooled to disk, in parts by a hash of the id, and each
/// part is checked by itself at the end: so memory does not grow with the log.
/// </summary>
/// <param name="entries">How many entries there will be at most, as the length of a file shows and not only somebody says; it decides into how many parts they are spooled.</param>
/// <param name="options">How many ids are kept in memory, and where the others go.</param>
internal sealed class EntryIds(ulong entries, VerificationOptions options) : IDisposable
{
    /// <summary>About 60 MB.</summary>
    public const int Bound = 1 << 20;

    private readonly EntryTable _table = new((int)Math.Min(entries, (ulong)Math.Max(options.IdsInMemory, 0)));
    private IdSpool? _spool;

    /// <summary>Takes the next thing that is said of an id. Returns why it breaks a rule, where that is known already.</summary>
    /// <exception cref="UnusableBundleException">There is no room for temporary files.</exception>
    public string? Add(in IdRecord record)
    {
        if (_spool is null && _table.Count >= options.IdsInMemory)
            Spill();
        if (_spool is null)
            return _table.Add(record);
        _spool.Add(record);
        return null;
    }

    /// <summary>After the last entry: the first that breaks a rule, or null.</summary>
    /// <param name="isPruned">Whether a prune entry covers the body of this entry.</param>
    public IdFault? Complete(Func<ulong, bool> isPruned)
    {
        if (_spool is null)
            return _table.FirstAbsence(isPruned);
        IdFault? first = null;
        for (var part = 0; part < _spool.Parts; part++)
        {
            _table.Clear();
            IdFault? fault = null;
            foreach (var record in _spool.Read(part)) // in the order of the log
            {
                if (_table.Add(record) is not { } reason)
                    continue;
                fault = new IdFault(record.Entry, reason, IsAbsence: false);
                break;
            }
            first = IdFault.Earlier(first, fault ?? _table.FirstAbsence(isPruned));
        }
        return first;
    }

    public void Dispose() => _spool?.Dispose();

    /// <summary>What was checked so far goes before all else, so each part is a log of its own.</summary>
    private void Spill()
    {
        _spool = new IdSpool(options.TemporaryFolder, (int)Math.Min(entries / (ulong)Math.Max(options.IdsInMemory / 2, 1) + 1, IdSpool.MaxParts));
        foreach (var record in _table.Records())
            _spool.Add(record);
        _table.Clear();
    }
}
