namespace AccessBroker.Evidence;

/// <summary>
/// Reads a convenience file against what it should be. The index in each row cannot be proved from a bundle; it must at least
/// ascend and stay below the checkpoint's size.
/// </summary>
internal sealed class IndexedRows(Stream file, ulong size) : IDisposable
{
    private readonly ComparedFile _file = new(file);
    private ulong? _last;

    /// <summary>Whether these bytes come next.</summary>
    public bool Next(ReadOnlySpan<byte> expected) => _file.Next(expected);

    /// <summary>Whether a canonical number comes next that is larger than the one before and smaller than the log.</summary>
    public bool NextIndex()
    {
        if (_file.NextDigits() is not { } index || index >= size || index <= _last)
            return false;
        _last = index;
        return true;
    }

    public bool AtEnd() => _file.AtEnd();

    public void Dispose() => _file.Dispose();
}
