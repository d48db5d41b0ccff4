namespace AccessBroker.Evidence;

/// <summary>
/// Writes entries.parquet again from the proved headers and bodies and compares. Of the file itself nothing is believed: only the indices are
/// taken from where they must stand, because a bundle cannot prove them, and must ascend below the checkpoint's size.
/// </summary>
/// <remarks>Remembers the first difference and throws it last, so that what is cryptographically wrong is reported first.</remarks>
internal sealed class ParquetCheck : IDisposable
{
    private readonly ComparedFile _file;
    private readonly ulong _size;
    private readonly EntryRows _rows = new();
    private ulong? _first, _lastSeq;
    private long _lastIndex = -1;
    private EvidenceException? _difference;

    public ParquetCheck(BundleReader files, ulong size)
    {
        (_file, _size) = (new ComparedFile(files.OpenHashed(BundleFiles.Parquet)), size);
        if (!_file.Next(ParquetFooter.Magic))
            _difference = new EvidenceException(BundleFiles.Parquet, null, null, "does not begin with PAR1");
    }

    public void Add(TableEntry entry)
    {
        if (_difference is not null)
            return;
        _first ??= entry.Header.Seq;
        _lastSeq = entry.Header.Seq;
        // Eight bytes whatever the index is: the size of the group does not depend on what is read into it below.
        _rows.AddIndex(0);
        _rows.Add(entry);
        if (_rows.IsFull)
            CompareGroup();
    }

    /// <exception cref="EvidenceException">The file is not the one that these entries give.</exception>
    public void Complete()
    {
        if (_difference is null && _rows.Count > 0)
            CompareGroup();
        if (_difference is null && !(_file.Next(_rows.Footer()) && _file.AtEnd()))
            _difference = new EvidenceException(BundleFiles.Parquet, null, null, "its end (schema and row groups) is not what these entries give");
        if (_difference is not null)
            throw _difference;
    }

    public void Dispose() => _file.Dispose();

    private void CompareGroup()
    {
        var rows = _rows.Count;
        foreach (var (column, bytes) in _rows.TakeGroup())
        {
            if (_difference is null)
                _difference = column == "idx" ? Indices(bytes.Span, rows) : _file.Next(bytes.Span) ? null : Differs(column, "differs from the proved entries");
        }
        _first = null;
    }

    /// <summary>The page's header is known; the numbers after it are as the file says.</summary>
    private EvidenceException? Indices(ReadOnlySpan<byte> expected, int rows)
    {
        if (!_file.Next(expected[..^(rows * sizeof(long))]))
            return Differs("idx", "does not begin as this version writes it");
        for (var row = 0; row < rows; row++)
        {
            if (_file.NextInt64() is not { } index)
                return Differs("idx", "is cut off");
            if (index <= _lastIndex || (ulong)index >= _size)
                return new EvidenceException(BundleFiles.Parquet, "idx", _first + (ulong)row, "does not ascend, or lies beyond the checkpoint");
            _lastIndex = index;
        }
        return null;
    }

    private EvidenceException Differs(string column, string how) =>
        new(BundleFiles.Parquet, column, _first, $"(its row group ends with entry {_lastSeq}): {how}");
}
