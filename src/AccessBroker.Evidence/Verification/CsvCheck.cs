namespace AccessBroker.Evidence;

/// <summary>Writes entries.csv again from the proved headers and bodies and compares.</summary>
/// <remarks>Remembers the first difference and throws it last, so that what is cryptographically wrong is reported first.</remarks>
internal sealed class CsvCheck : IDisposable
{
    private readonly IndexedRows _rows;
    private readonly RowBuffer _row = new();
    private EvidenceException? _difference;

    public CsvCheck(BundleReader files, ulong size)
    {
        _rows = new IndexedRows(files.OpenHashed(BundleFiles.Entries), size);
        if (!_rows.Next(EntriesCsv.HeadRow))
            _difference = new EvidenceException(BundleFiles.Entries, "line 1", null, "is not the head row that this version writes");
    }

    public void Add(TableEntry entry)
    {
        if (_difference is not null)
            return;
        _row.Clear();
        EntriesCsv.AppendAfterIndex(_row, entry);
        if (!_rows.NextIndex())
            _difference = new EvidenceException(BundleFiles.Entries, "idx", entry.Header.Seq, "is missing, does not ascend, or lies beyond the checkpoint");
        else if (!_rows.Next(_row.Written))
            _difference = new EvidenceException(BundleFiles.Entries, null, entry.Header.Seq, "its row differs from the proved entry");
    }

    /// <exception cref="EvidenceException">A row differs, or there are more rows than entries.</exception>
    public void Complete()
    {
        if (_difference is null && !_rows.AtEnd())
            _difference = new EvidenceException(BundleFiles.Entries, null, null, "has more rows than there are entries");
        if (_difference is not null)
            throw _difference;
    }

    public void Dispose() => _rows.Dispose();
}
