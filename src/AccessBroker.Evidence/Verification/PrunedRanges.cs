namespace AccessBroker.Evidence;

/// <summary>Which entries' bodies the prune entries cover. Ranges that continue the one before take no room of their own.</summary>
internal sealed class PrunedRanges
{
    private readonly List<(ulong From, ulong To)> _ranges = [];
    private bool _isSorted;

    /// <param name="from">First seq.</param>
    /// <param name="to">Last seq, not smaller.</param>
    public void Add(ulong from, ulong to)
    {
        _isSorted = false;
        if (_ranges.Count > 0 && _ranges[^1] is var last && from >= last.From && from <= last.To + 1)
            _ranges[^1] = (last.From, Math.Max(last.To, to));
        else
            _ranges.Add((from, to));
    }

    public bool Contains(ulong seq)
    {
        if (!_isSorted)
            Sort();
        var (low, high) = (0, _ranges.Count); // the last range that begins at or before seq is the one before low
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_ranges[middle].From <= seq)
                low = middle + 1;
            else
                high = middle;
        }
        return low > 0 && _ranges[low - 1].To >= seq;
    }

    /// <summary>Ascending, and none overlaps the one before.</summary>
    private void Sort()
    {
        _ranges.Sort();
        var kept = 0;
        foreach (var range in _ranges.ToArray())
        {
            if (kept > 0 && range.From <= _ranges[kept - 1].To)
                _ranges[kept - 1] = (_ranges[kept - 1].From, Math.Max(_ranges[kept - 1].To, range.To));
            else
                _ranges[kept++] = range;
        }
        _ranges.RemoveRange(kept, _ranges.Count - kept);
        _isSorted = true;
    }
}
